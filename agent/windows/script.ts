/** In front of all that counts: what a profile, a policy or a warning printed before it is passed over. */
export const BEGIN = '@hd:begin'
/** Behind the last part: without it the answer was cut off. */
export const END = '@hd:end'
/** In front of each part. */
export const PART = '@hd:'

const CBS = 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing'
const CONTROL = 'HKLM:\\SYSTEM\\CurrentControlSet\\Control'

/** For a provider that hangs: the others must be asked within the minute. */
const CIM_TIMEOUT_SECONDS = 10

/** Some fifty starts and sleeps; at 900 bytes each 108 kB. */
const MAX_EVENTS = 120

/** How many of the files that wait for a restart are looked at: printers and browsers leave a handful each. */
const MAX_RENAMES = 200

const cim = (className: string, properties: string, more = ''): string =>
  `Get-CimInstance -ClassName ${className}${more} | Select-Object -Property ${properties}`

const within = (namespace: string): string => ` -Namespace ${namespace}`

const select = (provider: string, ids: readonly number[]): string => {
  const any = ids.map((id) => `EventID=${id}`).join(' or ')
  return `<Select Path="System">*[System[Provider[@Name="${provider}"] and (${any})]]</Select>`
}

/**
 * How the machine started and ended, by number: texts of events are in the language of Windows. One Select for each
 * provider, as a query may have only about twenty conditions.
 */
const EVENTS = [
  select('User32', [1074]),
  select('EventLog', [6005, 6006, 6008]),
  select('Microsoft-Windows-Kernel-General', [12, 13]),
  select('Microsoft-Windows-Kernel-Boot', [20, 27]),
  select('Microsoft-Windows-Kernel-Power', [41, 42, 107, 109, 506, 507]),
  select('Microsoft-Windows-Power-Troubleshooter', [1]),
].join('')

/**
 * What is asked, by name and in this order: counters first, as their moment matters, what may be slow last. Each is one
 * PowerShell expression of cmdlets and properties only: where a policy allows no more (constrained language) most still
 * work. `MSFT_` and `Win32_` classes, registry values and event data have the same names in every language of Windows.
 */
const ASKED: readonly [name: string, expression: string][] = [
  [
    'counters',
    cim('MSFT_NetAdapterStatisticsSettingData', 'Name,ReceivedBytes,SentBytes', within('root/StandardCimv2')),
  ],
  [
    'adapters',
    cim(
      'MSFT_NetAdapter',
      'Name,InterfaceDescription,PermanentAddress,Speed,MediaConnectState,NdisPhysicalMedium',
      `${within('root/StandardCimv2')} -Filter 'HardwareInterface=TRUE'`,
    ),
  ],
  ['os', cim('Win32_OperatingSystem', 'Caption,Version,BuildNumber,ProductType,InstallDate,LastBootUpTime')],
  [
    'edition',
    `Get-ItemProperty -LiteralPath 'HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion' | Select-Object -Property EditionID,DisplayVersion,ReleaseId,UBR,InstallationType`,
  ],
  [
    'events',
    `Get-WinEvent -MaxEvents ${MAX_EVENTS} -FilterXml '<QueryList><Query Id="0" Path="System">${EVENTS}</Query></QueryList>' | ForEach-Object { $_.ToXml() }`,
  ],
  ['volumes', cim('Win32_LogicalDisk', 'DeviceID,Size,FreeSpace', " -Filter 'DriveType=3'")],
  // The namespace is looked for first: where it is missing there is no security centre, which is no fault.
  ['centre', cim('__NAMESPACE', 'Name', `${within('root')} -Filter "Name='SecurityCenter2'"`)],
  ['products', cim('AntiVirusProduct', 'displayName,productState,timestamp', within('root/SecurityCenter2'))],
  [
    'defender',
    cim(
      'MSFT_MpComputerStatus',
      'AMRunningMode,AMServiceEnabled,AntivirusEnabled,RealTimeProtectionEnabled,AntivirusSignatureLastUpdated,AntivirusSignatureAge,DefenderSignaturesOutOfDate',
      within('root/Microsoft/Windows/Defender'),
    ),
  ],
  ['battery', cim('Win32_Battery', 'Name,BatteryStatus,EstimatedChargeRemaining,EstimatedRunTime,Chemistry')],
  ['charging', cim('BatteryStatus', 'PowerOnline,Discharging', within('root/wmi'))],
  ['thermal', cim('MSAcpi_ThermalZoneTemperature', 'InstanceName,CurrentTemperature', within('root/wmi'))],
  [
    'disks',
    cim(
      'MSFT_PhysicalDisk',
      'FriendlyName,MediaType,BusType,HealthStatus,Size',
      within('root/Microsoft/Windows/Storage'),
    ),
  ],
  ['drives', cim('Win32_DiskDrive', 'Model,Size,Status,InterfaceType')],
  [
    'predicted',
    cim('MSStorageDriver_FailurePredictStatus', 'InstanceName,PredictFailure', within('root/wmi')),
  ],
  [
    'reboot',
    `Select-Object -InputObject '' -Property @{n='cbs';e={Test-Path -LiteralPath '${CBS}\\RebootPending'}},@{n='update';e={Test-Path -LiteralPath 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired'}},@{n='name';e={(Get-ItemProperty -LiteralPath '${CONTROL}\\ComputerName\\ComputerName').ComputerName}},@{n='active';e={(Get-ItemProperty -LiteralPath '${CONTROL}\\ComputerName\\ActiveComputerName').ComputerName}}`,
  ],
  [
    'renames',
    `(Get-ItemProperty -LiteralPath '${CONTROL}\\Session Manager').PendingFileRenameOperations | Select-Object -First ${MAX_RENAMES}`,
  ],
  // 112 is "installed"; the newest by the upper half of their time, which counts 429 seconds.
  [
    'packages',
    `Get-ChildItem -LiteralPath '${CBS}\\Packages' -Name | Where-Object { $_ -like 'Package_for_*' } | ForEach-Object { Get-ItemProperty -LiteralPath ('${CBS}\\Packages\\' + $_) } | Where-Object { $_.CurrentState -eq 112 } | Sort-Object -Property InstallTimeHigh -Descending | Select-Object -First 20 -Property InstallTimeHigh,InstallTimeLow`,
  ],
  // Slower, and of days only: asked where the packages say nothing.
  [
    'hotfixes',
    `if ($hdCount['packages'] -eq 0) { ${cim('Win32_QuickFixEngineering', 'HotFixID,InstalledOn')} }`,
  ],
  // The last resort, as it starts the update service and counts the signatures of Defender too. `s`: no zone, UTC.
  [
    'autoupdate',
    `if ($hdCount['packages'] + $hdCount['hotfixes'] -eq 0) { $r = (New-Object -ComObject Microsoft.Update.AutoUpdate).Results; Select-Object -InputObject '' -Property @{n='installed';e={'{0:s}' -f $r.LastInstallationSuccessDate}} }`,
  ],
  ['computer', cim('Win32_ComputerSystem', 'Manufacturer,Model,TotalPhysicalMemory')],
  ['product', cim('Win32_ComputerSystemProduct', 'Name,Version,IdentifyingNumber')],
  ['bios', cim('Win32_BIOS', 'Manufacturer,SMBIOSBIOSVersion,SerialNumber,ReleaseDate')],
  ['board', cim('Win32_BaseBoard', 'Manufacturer,Product,SerialNumber')],
  ['memory', cim('Win32_PhysicalMemory', 'Capacity')],
]

/** The names of the parts, in the order in which they come. */
export const PARTS: readonly string[] = ASKED.map(([name]) => name)

/**
 * What comes before the parts. Each result is JSON in one line of pure ASCII, so neither code page nor byte order mark
 * touches it; PowerShell 5.1 and 7 both write `\uXXXX` back as they find it. `e` is the error in the language of
 * Windows, `c` its name in none.
 */
const PRELUDE = [
  `$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue'; $WarningPreference = 'SilentlyContinue'; $VerbosePreference = 'SilentlyContinue'; $InformationPreference = 'SilentlyContinue'`,
  `try { [Console]::OutputEncoding = New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false } catch { }`,
  `$PSDefaultParameterValues = @{ 'Get-CimInstance:OperationTimeoutSec' = ${CIM_TIMEOUT_SECONDS} }; $hdCount = @{ packages = 0; hotfixes = 0 }`,
  `function HdSay($name, $value) { $json = ConvertTo-Json -InputObject $value -Compress -Depth 4; try { $json = [regex]::Replace($json, '[^\\x20-\\x7e]', { param($m) '\\u{0:x4}' -f [int][char]$m.Value }) } catch { }; '${PART}' + $name + ' ' + $json }`,
  `function HdPart($name, $body) { try { $rows = @(& $body); $hdCount[$name] = $rows.Count; HdSay $name @{ v = $rows } } catch { $hdCount[$name] = 0; HdSay $name @{ e = [string]$_; c = [string]$_.FullyQualifiedErrorId } } }`,
]

/**
 * The whole look as PowerShell reads it from its standard input: there each line is taken by itself, so every line is a
 * complete statement, and one that some version cannot even parse costs its own part only.
 */
export function lookScript(): string {
  const parts = ASKED.map(([name, expression]) => `HdPart '${name}' { ${expression} }`)
  return [...PRELUDE, `'${BEGIN} 1'`, ...parts, `'${END}'`, 'exit', ''].join('\r\n')
}
