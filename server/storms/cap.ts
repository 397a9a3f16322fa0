/** A message of the Common Alerting Protocol 1.2 (ITU-T X.1303), as far as the centre reads it. Times are ms since 1970. */
export interface CapMessage {
  identifier: string
  sender: string
  sent: number
  status: (typeof STATUSES)[number]
  msgType: (typeof MESSAGE_TYPES)[number]
  scope: (typeof SCOPES)[number]
  /** The messages that this one changes or takes back. */
  references: readonly CapReference[]
  infos: readonly CapInfo[]
}

export interface CapReference {
  sender: string
  identifier: string
  sent: number
}

/** One language, or one part of the event. */
export interface CapInfo {
  /** RFC 3066, lower case; `en-us` where none is given. */
  language: string
  event: string
  headline: string
  severity: (typeof SEVERITIES)[number]
  urgency: (typeof URGENCIES)[number]
  certainty: (typeof CERTAINTIES)[number]
  effective: number | null
  onset: number | null
  expires: number | null
  areas: readonly CapArea[]
}

export interface CapArea {
  description: string
  polygons: readonly Polygon[]
  circles: readonly Circle[]
  geocodes: readonly { name: string; value: string }[]
}

/** Degrees, WGS 84. */
export interface Point {
  latitude: number
  longitude: number
}

/** Its first point again at its end. */
export type Polygon = readonly Point[]

export interface Circle {
  centre: Point
  kilometres: number
}

export const STATUSES = ['Actual', 'Exercise', 'System', 'Test', 'Draft'] as const
export const MESSAGE_TYPES = ['Alert', 'Update', 'Cancel', 'Ack', 'Error'] as const
export const SCOPES = ['Public', 'Restricted', 'Private'] as const
/** The gravest first. */
export const SEVERITIES = ['Extreme', 'Severe', 'Moderate', 'Minor', 'Unknown'] as const
export const URGENCIES = ['Immediate', 'Expected', 'Future', 'Past', 'Unknown'] as const
export const CERTAINTIES = ['Observed', 'Likely', 'Possible', 'Unlikely', 'Unknown'] as const
