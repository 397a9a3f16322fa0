/** Rows in one report: a day at one row a minute, so that a day's backlog fits one publish. */
export const MAX_ROWS = 1440

/** Columns in one report: 10 metrics today; room for the ports of a router and for what is not named yet. */
export const MAX_COLUMNS = 64

/** 14 bits: a hundred times what is named, and a bound on what a damaged report can claim. */
export const MAX_METRIC_NUMBER = 16_383

/** 1,440 rows × 10 columns at a bad 4.5 bytes a value are 65 kB: a power of two. */
export const MAX_REPORT_BYTES = 65_536

/** Integers on the wire stay exact in a double: |value| < 2^53. */
export const MAX_INTEGER = Number.MAX_SAFE_INTEGER

/** Values of a column: what differs from last + pace is at most 4 × 2^50, and its zigzag, 2^53, is still exact in a double. */
export const MAX_WIRE_VALUE = 2 ** 50

/** 2^32 s are 136 years: no device is up for longer, and whatever is counted in seconds stays a date when added to one. */
export const MAX_SECONDS = 2 ** 32

/** What a stranger may send before the centre has answered CONNECT: a CONNECT of ours takes under 60 bytes. */
export const MAX_BYTES_BEFORE_CONNACK = 4096

/** A whole MQTT packet after CONNACK: the largest report and its topic. */
export const MAX_PACKET_BYTES = MAX_REPORT_BYTES + 256

/** 16 bits, as CONNECT has it: 18 hours, longer than any budget lets a report wait. The broker closes after 1.5 times this. */
export const MAX_KEEPALIVE_SECONDS = 65_535

/** Three report intervals of 15 minutes: what is held to who says no keepalive, or says it in words not known here. */
export const UNSAID_KEEPALIVE_SECONDS = 2700
