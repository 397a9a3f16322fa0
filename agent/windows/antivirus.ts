import type { DefenderStatus, SecurityCenterProduct, WindowsAntivirusFacts } from './antivirus-facts.ts'
import { booleanOf, dateOf, isRow, numberOf, type Row, textOf } from './fields.ts'
import { problemOf, type WindowsLook, type WindowsParts } from './look.ts'
import type { Part } from './parts.ts'
import { isServer } from './system.ts'

/**
 * What Windows says of antivirus programs, by the look that all share.
 * @throws Error when PowerShell gave no answer at all
 */
export async function askAntivirus(look: WindowsLook, signal?: AbortSignal): Promise<WindowsAntivirusFacts> {
  return antivirusFacts(await look.parts(signal))
}

/** Never throws: what failed is told as failed. */
export function antivirusFacts(parts: WindowsParts): WindowsAntivirusFacts {
  const centre = parts.part('centre')
  const products = parts.part('products')
  const defender = parts.part('defender')
  const status = 'rows' in defender ? defender.rows.find(isRow) : undefined
  const system = parts.rowsIfAny('os')[0]
  return {
    ...centreOf(centre, products),
    defender: status ? defenderOf(status) : null,
    defenderProblem: status ? null : reasonOfPart(defender),
    server: (system && isServer(system)) ?? false,
  }
}

/** Where the list of namespaces cannot be had the list of products itself shows that there is one. */
function centreOf(
  centre: Part,
  products: Part,
): Pick<WindowsAntivirusFacts, 'namespace' | 'namespaceProblem' | 'products'> {
  if ('rows' in products) {
    const found = products.rows.filter(isRow).map(productOf)
    return {
      namespace: 'present',
      namespaceProblem: null,
      products: found.filter((product) => product !== null),
    }
  }
  if ('rows' in centre && centre.rows.length === 0) {
    return { namespace: 'absent', namespaceProblem: null, products: [] }
  }
  return { namespace: 'failed', namespaceProblem: reasonOfPart(products), products: [] }
}

function reasonOfPart(part: Part): string {
  return 'rows' in part ? 'expected a row, got none' : problemOf(part)
}

function productOf(row: Row): SecurityCenterProduct | null {
  const [name, productState] = [textOf(row, 'displayName'), numberOf(row, 'productState')]
  if (name === null || productState === null) return null
  return { name, productState, timestamp: textOf(row, 'timestamp') }
}

function defenderOf(row: Row): DefenderStatus {
  return {
    runningMode: textOf(row, 'AMRunningMode'),
    serviceEnabled: booleanOf(row, 'AMServiceEnabled'),
    antivirusEnabled: booleanOf(row, 'AntivirusEnabled'),
    realTime: booleanOf(row, 'RealTimeProtectionEnabled'),
    signaturesUpdatedAt: dateOf(row, 'AntivirusSignatureLastUpdated'),
    signatureAgeDays: numberOf(row, 'AntivirusSignatureAge'),
    outOfDate: booleanOf(row, 'DefenderSignaturesOutOfDate'),
  }
}
