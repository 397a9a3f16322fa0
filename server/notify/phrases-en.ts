import type { Phrases } from './phrases.ts'

const many = (count: string, one: string, more: string) => `${count} ${count === '1' ? one : more}`
const devices = (count: string) => many(count, 'device', 'devices')
const sites = (count: string) => many(count, 'site', 'sites')
const areas = (count: string) => many(count, 'area', 'areas')
const speakers = (count: string) => many(count, 'speaker cluster', 'speaker clusters')
const pcs = (count: string) => many(count, 'PC', 'PCs')

export const en: Phrases = {
  'silent-past-hold-down': ({ seconds }, { span }) => `nothing was heard for more than ${span(seconds)}`,
  'restart-took-too-long': ({ seconds }, { span }) =>
    `it said that it restarts and is not up ${span(seconds)} later`,
  'battery-past-hold-down': ({ seconds }, { span }) =>
    `the UPS has been on battery for more than ${span(seconds)}, mains is not back`,
  'not-back-as-learned': ({ expectedAt }, { time }) =>
    `as on other days it would be back by ${time(expectedAt)}, this time it is not`,
  'planned-overran': ({ until }, { time }) => `the announced cut was to end at ${time(until)} and has not`,
  'missing-after-plan': ({ until }, { time }) =>
    `the announced cut was to end at ${time(until)}; others there are back and it is not`,
  'still-missing': ({ incident }) => `still missing though incident ${incident} is over`,

  'most-vanished': (facts, { number }) =>
    `${number(facts.devices)} of all ${devices(number(facts.of))} fell silent almost at once`,
  'centre-was-away': ({ from, to }, { time }) =>
    to === null
      ? `the centre has received nothing since ${time(from)}`
      : `the centre received nothing from ${time(from)} to ${time(to)}`,
  'isp-shared': (facts, { number }) =>
    `${sites(number(facts.sites))} in ${areas(number(facts.areas))} on ISP ${facts.isp} were lost together`,
  'island-link-shared': (facts, spell) =>
    `${sites(spell.number(facts.sites))} in ${spell.area(facts.area)} that share one link to the island were lost together`,
  'sites-lost-together': (facts, spell) =>
    `${spell.number(facts.sites)} of ${sites(spell.number(facts.of))} in ${spell.area(facts.area)} were lost together`,
  'cell-shared': (facts, { number }) =>
    `${number(facts.devices)} of ${devices(number(facts.of))} on base station ${facts.cell} were lost together`,
  'whole-site-silent': (facts, spell) =>
    `all of ${spell.site(facts.site)} is silent (${devices(spell.number(facts.devices))})`,
  'losses-can-meet': (facts, { number }) =>
    `${devices(number(facts.devices))} lost within the same stretch of time`,
  'joined-late': (facts, { number }) => `${devices(number(facts.devices))} lost some minutes later`,
  'site-still-down': (facts, spell) =>
    `${devices(spell.number(facts.devices))} lost while ${spell.site(facts.site)} was not back yet`,
  'battery-ran-down': ({ device, at }, spell) =>
    `the battery of ${spell.device(device)} ran down at ${spell.time(at)}`,
  'cell-ran-down': ({ cell, at }, { time }) => `the battery of base station ${cell} ran down at ${time(at)}`,
  'redundancy-lost': (facts, { number }) =>
    `${sites(number(facts.sites))} with two lines left with one, as ISP ${facts.isp} is gone`,

  'on-battery': (facts, { number, time }) =>
    facts.devices === 1
      ? `the UPS went on battery at ${time(facts.at)}`
      : `${number(facts.devices)} UPS on battery since ${time(facts.at)}`,
  'battery-backed-gone-too': (facts, { number }) =>
    `${devices(number(facts.devices))} with a battery gone at the same moment, though without mains they would run on`,
  'speakers-alive': (facts, { number }) =>
    `${speakers(number(facts.devices))} there still up, ${facts.devices === 1 ? '' : 'each '}on its own SIM`,
  'speakers-gone-too': (facts, { number }) =>
    `${speakers(number(facts.devices))} with ${facts.devices === 1 ? 'its' : 'their'} own SIM lost as well`,
  'other-isp-alive': (facts, { number }) =>
    `${sites(number(facts.sites))} nearby on ISP ${facts.isp} still up`,
  'line-drops-often': ({ times }, { number }) =>
    `its line dropped ${many(number(times), 'time', 'times')} within days while it ran on`,
  'several-isps-gone': ({ isps }, { number }) =>
    `lines of ${number(isps)} ISPs gone at once, which rarely break together`,
  'neighbours-alive': (facts, { number }) =>
    facts.devices === 0
      ? 'nothing else was lost with it'
      : `${devices(number(facts.devices))} right beside it still up`,
  'no-witness': () => 'nothing yet tells the cause',

  'only-pcs': (facts, { number }) =>
    `only ${pcs(number(facts.devices))} lost, their users may have switched them off`,
  'some-always-on-answer': (facts, { number }) =>
    `${devices(number(facts.devices))} there that always ${facts.devices === 1 ? 'runs' : 'run'} still ${facts.devices === 1 ? 'answers' : 'answer'}`,
  'no-always-on-answers': () => 'none of the devices there that always run answers',
  'storm-mode': ({ storm, by }) =>
    by === 'warning'
      ? `weather warning ${storm} is in force`
      : `many incidents at once in the area, messages are gathered (storm ${storm})`,
  'speakers-unreachable': (facts, spell) =>
    `${spell.number(facts.lost)} of ${speakers(spell.number(facts.of))} of ${spell.area(facts.area)} cannot be reached while a warning is in force`,
  reopened: ({ times }, { number }) => `lost ${many(number(times), 'time', 'times')} within days`,
  flapping: (facts, { number }) =>
    `unstable: lost ${many(number(facts.times), 'time', 'times')} in ${many(number(facts.days), 'day', 'days')}`,

  'all-back': (facts, { number }) =>
    facts.devices === 1 ? 'the device is back' : `all ${devices(number(facts.devices))} are back`,
  'most-back': (facts, { number }) => `${number(facts.devices)} of ${devices(number(facts.of))} are back`,
  'pcs-hold-nothing-open': (facts, { number }) =>
    `${pcs(number(facts.devices))} not on yet, not counted: users switch them off`,

  'same-boot': (facts, { number }) =>
    `${devices(number(facts.devices))} ran on all through the silence, so only the line was gone`,
  'power-loss-together': (facts, { number }) =>
    `${devices(number(facts.devices))} lost power together, by their own logs`,
  'lone-new-boot': ({ device }, spell) => `only ${spell.device(device)} had to start anew`,
  'goodbye-came-late': (facts, { number }) =>
    `${devices(number(facts.devices))} shut down in order, told late`,
}
