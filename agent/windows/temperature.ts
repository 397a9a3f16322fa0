import type { Sensor } from '../collect/temperature.ts'
import { numberOf, type Row, textOf } from './fields.ts'

/** 0 °C in tenths of a kelvin. */
const ZERO_CELSIUS = 2732

/** Of MSAcpi_ThermalZoneTemperature: tenths of a kelvin. */
export function thermalSensors(rows: readonly Row[]): Sensor[] {
  return rows.flatMap((row) => {
    const tenths = numberOf(row, 'CurrentTemperature')
    if (tenths === null || tenths <= 0) return []
    return [{ label: textOf(row, 'InstanceName') ?? '', celsius: (tenths - ZERO_CELSIUS) / 10 }]
  })
}
