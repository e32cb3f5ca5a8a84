#Requires -Version 7.4
<#
.SYNOPSIS
    Builds, tests and packages HaWeb, and runs its demo and its lab.
.DESCRIPTION
    Runs in pwsh 7.4 or later, and in tools/PowerShellHost where there is none; build.sh chooses and installs what a task
    needs. It uses the engine, native commands and the general cmdlets that tools/PowerShellHost/README.md lists.
.EXAMPLE
    ./build.ps1 -Task Build, Test
#>
[CmdletBinding()]
param(
    # Build, Test, Demo, Lab, Package, Clean; several are done in this order given.
    [string[]] $Task = @('Build'),

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release',

    # What the task Lab does: bring the lab's machines up and leave them, or take them down.
    [ValidateSet('Up', 'Down')]
    [string] $LabAction = 'Up'
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false

$root = $PSScriptRoot
$output = Join-Path $root 'output'
$module = Join-Path $output 'HaWeb'
$bin = Join-Path $module 'bin' 'net8.0'
$reports = Join-Path $root 'TestResults'
$hostFolder = Join-Path $output 'PowerShellHost'
$labMachines = Join-Path $root 'tests' 'Lab' 'Machines' 'HaWeb.Lab.csproj'
$isHost = $Host.Name -eq 'HaWeb.PowerShellHost'
$suites = [System.Collections.Generic.List[object]]::new()

function Format-Duration([System.Diagnostics.Stopwatch] $Watch) {
    '{0:0.0} s' -f $Watch.Elapsed.TotalSeconds
}

# Runs one step: says what it does, and how long it took.
function Invoke-Step([string] $Name, [scriptblock] $Body) {
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    Write-Host "==> $Name"
    & $Body
    Write-Host "    $Name`: $(Format-Duration $watch)"
}

# Runs a native command and ends the build if it fails.
function Invoke-Native([string] $Command, [string[]] $Arguments) {
    & $Command @Arguments
    if ($LASTEXITCODE -ne 0) {
        throw "'$Command $($Arguments -join ' ')' failed with exit code $LASTEXITCODE. Its output is above."
    }
}

function Invoke-DotNet([string[]] $Arguments) {
    Invoke-Native 'dotnet' $Arguments
}

function Add-Suite([string] $Suite, [string] $Runner, [int] $Passed, [int] $Failed, [string] $Note = '-') {
    $suites.Add([pscustomobject]@{ Suite = $Suite; Runner = $Runner; Passed = $Passed; Failed = $Failed; Note = $Note })
}

function Remove-Folder([string] $Path) {
    if (Test-Path -LiteralPath $Path) {
        Remove-Item -LiteralPath $Path -Recurse -Force
    }
}

function New-Folder([string] $Path) {
    $null = New-Item $Path -ItemType Directory -Force
}

# --- Build ---------------------------------------------------------------------------------------------------------------

function Publish-Project([string] $Project, [string] $Destination) {
    Invoke-DotNet 'publish', (Join-Path $root $Project), '-c', $Configuration, '-o', $Destination, '-v', 'quiet', '--nologo',
        '-p:PublishDocumentationFile=false', '-p:PublishDocumentationFiles=false', '-p:PublishReferencesDocumentationFiles=false'
}

# Makes a page of docs a topic of Get-Help, which takes the fifth line for what the topic is about.
function Write-Topic([string] $Topic, [string] $Page, [string] $About) {
    $name = "about_HaWeb_$Topic"
    Set-Content (Join-Path $module 'en-US' "$name.help.txt") @(
        'TOPIC', "    $name", '', 'SHORT DESCRIPTION', "    $About", '', 'LONG DESCRIPTION', ''
        Get-Content (Join-Path $root 'docs' "$Page.md")
    )
}

function Invoke-Build {
    Remove-Folder $module
    New-Folder $module
    Invoke-Step 'Publish the cmdlets' { Publish-Project 'src/HaWeb.PowerShell' $bin }
    Invoke-Step 'Publish the loader' { Publish-Project 'src/HaWeb.Loader' $bin }
    Invoke-Step 'Lay out the module' {
        # What a process would read to find assemblies; the loader looks beside itself.
        Get-ChildItem $bin -Filter '*.deps.json' | Remove-Item
        'HaWeb.psd1', 'HaWeb.psm1', 'LICENSE', 'src/HaWeb.PowerShell/HaWeb.Format.ps1xml' | ForEach-Object {
            Copy-Item (Join-Path $root $_) $module
        }
    }
    Invoke-Step 'Build the help' {
        Invoke-DotNet 'run', '--project', (Join-Path $root 'tools/HelpBuilder'), '-c', $Configuration, '-v', 'quiet', '--',
            (Join-Path $bin 'HaWeb.PowerShell.dll'), (Join-Path $root 'docs/cmdlets'),
            (Join-Path $module 'en-US' 'HaWeb.PowerShell.dll-Help.xml')
        Write-Topic 'UnitFiles' 'unit-files' 'What unit files may say, and what each line does.'
        Write-Topic 'LoadBalancing' 'load-balancing' 'How balancers are configured, and how backends come and go without a lost request.'
        Write-Topic 'Simulation' 'simulation' 'Clusters to rehearse on, in virtual time.'
    }
}

# --- Test ----------------------------------------------------------------------------------------------------------------

# The PowerShell that runs scripts in processes of their own: pwsh where this is pwsh or it is installed, else the host.
function Get-Shell {
    $own = [System.Environment]::ProcessPath
    if ($isHost) {
        return $own
    }

    if ([System.IO.Path]::GetFileNameWithoutExtension($own) -ne 'dotnet') {
        return $own
    }

    Get-Command pwsh -CommandType Application | Select-Object -First 1 | ForEach-Object Source
}

# What runs the Pester suite: real pwsh with real Pester if both are there, else the host with its stand-in.
function Get-PesterRunner {
    $pwsh = if ($isHost) { Get-Command pwsh -CommandType Application -ErrorAction Ignore | Select-Object -First 1 | ForEach-Object Source } else { Get-Shell }
    if ($pwsh) {
        $found = & $pwsh -NoProfile -NonInteractive -Command 'if (Get-Module Pester -ListAvailable | Where-Object Version -ge "5.0") { "yes" }'
        if ($found -eq 'yes') {
            return [pscustomobject]@{ Shell = $pwsh; Arguments = @() }
        }
    }

    if ($isHost) {
        $shell = [System.Environment]::ProcessPath
    }
    else {
        $null = Publish-Project 'tools/PowerShellHost' $hostFolder
        $shell = Join-Path $hostFolder 'HaWeb.PowerShellHost'
    }

    $standIn = Join-Path ([System.IO.Path]::GetDirectoryName($shell)) 'HaWeb.PesterStandIn.dll'
    [pscustomobject]@{ Shell = $shell; Arguments = @('-StandIn', $standIn) }
}

# Runs an xunit.v3 executable and counts from its report; no report, or one without tests, is a failure.
function Invoke-XunitSuite([string] $Suite, [string] $Project) {
    $report = Join-Path $reports "$Suite.xml"

    # xunit cuts texts at 50 characters; what failed on a machine that is gone must be understood from its log.
    $env:XUNIT_PRINT_MAX_STRING_LENGTH = '2000'
    & dotnet run --project (Join-Path $root $Project) -c $Configuration --no-build -- -noColor -result-xml $report
    $exitCode = $LASTEXITCODE
    if (-not (Test-Path -LiteralPath $report)) {
        Add-Suite $Suite 'xunit.v3' 0 1 "did not run: exit code $exitCode and no report"
        return
    }

    $passed = 0
    $failed = 0
    $runner = 'xunit.v3'
    foreach ($assembly in ([xml](Get-Content -LiteralPath $report -Raw)).SelectNodes('/assemblies/assembly')) {
        $passed += [int]$assembly.GetAttribute('passed')
        $failed += [int]$assembly.GetAttribute('failed') + [int]$assembly.GetAttribute('errors')
        $runner = $assembly.GetAttribute('test-framework')
    }

    Add-CheckedSuite $Suite $runner $passed $failed $exitCode
}

# A suite that says it failed, or ran nothing, must not look green whatever its counts say.
function Add-CheckedSuite([string] $Suite, [string] $Runner, [int] $Passed, [int] $Failed, [int] $ExitCode) {
    if ($Passed + $Failed -eq 0) {
        Add-Suite $Suite $Runner 0 1 "ran no test: exit code $ExitCode"
    }
    elseif ($ExitCode -ne 0 -and $Failed -eq 0) {
        Add-Suite $Suite $Runner $Passed 1 "ended with exit code $ExitCode"
    }
    else {
        Add-Suite $Suite $Runner $Passed $Failed
    }
}

function Invoke-PesterSuite {
    $report = Join-Path $reports 'Pester.xml'
    $runner = Get-PesterRunner
    $arguments = $runner.Arguments
    & $runner.Shell -NoProfile -NonInteractive -File (Join-Path $root 'tests' 'Pester' 'Invoke-Suite.ps1') -Report $report @arguments
    $exitCode = $LASTEXITCODE
    if (-not (Test-Path -LiteralPath $report)) {
        Add-Suite 'Pester' $runner.Shell 0 1 "did not run: exit code $exitCode and no report"
        return
    }

    $suite = ([xml](Get-Content -LiteralPath $report -Raw)).DocumentElement
    Add-CheckedSuite 'Pester' $suite.GetAttribute('runner') $suite.GetAttribute('passed') $suite.GetAttribute('failed') $exitCode
}

function Invoke-Test {
    Remove-Folder $reports
    New-Folder $reports
    if (-not (Test-Path -LiteralPath (Join-Path $module 'HaWeb.psd1')) -or $Task -notcontains 'Build') {
        Invoke-Build
    }

    Invoke-Step 'Build the tests and tools' {
        Invoke-DotNet 'build', (Join-Path $root 'HaWeb.sln'), '-c', $Configuration, '-v', 'quiet', '--nologo'
    }
    Invoke-Step 'Check the code style' {
        & dotnet format (Join-Path $root 'HaWeb.sln') --verify-no-changes --no-restore
        if ($LASTEXITCODE -ne 0) {
            Add-Suite 'Code style' 'dotnet format' 0 1 "run 'dotnet format'"
        }
    }
    Invoke-Step 'Run the unit suite' { Invoke-XunitSuite 'Unit' 'tests/Unit/HaWeb.Tests.Unit.csproj' }
    Invoke-Step 'Run the Pester suite' { Invoke-PesterSuite }
    if (Test-Path -LiteralPath (Join-Path $root 'tests/Lab/HaWeb.Tests.Lab.csproj')) {
        Invoke-Step 'Run the lab suite' { Invoke-XunitSuite 'Lab' 'tests/Lab/HaWeb.Tests.Lab.csproj' }
    }
}

# --- Lab, demo, package, clean ---------------------------------------------------------------------------------------------

function Invoke-LabMachines([string[]] $Arguments) {
    if (-not (Test-Path -LiteralPath $labMachines)) {
        throw "The lab is not in this tree: there is no $labMachines."
    }

    Invoke-DotNet (@('run', '--project', $labMachines, '-c', $Configuration, '-v', 'quiet', '--') + $Arguments)
}

function Invoke-Lab {
    Invoke-Step "Take the lab $($LabAction.ToLowerInvariant())" { Invoke-LabMachines $LabAction.ToLowerInvariant() }
}

function Invoke-Demo {
    if (-not (Test-Path -LiteralPath (Join-Path $module 'HaWeb.psd1')) -or $Task -notcontains 'Build') {
        Invoke-Build
    }

    # The lab brings its machines up, runs the command in its client's namespace, and takes them down whatever happens. What
    # the demo says in the end is the last line, so nothing follows it.
    Write-Host '==> Run the demo in the lab'
    & dotnet run --project $labMachines -c $Configuration -v quiet -- run -- (Get-Shell) -NoProfile -NonInteractive -File (Join-Path $root 'examples/website/demo.ps1')
    if ($LASTEXITCODE -ne 0) {
        exit $LASTEXITCODE
    }
}

function Invoke-Package {
    if (-not (Test-Path -LiteralPath (Join-Path $module 'HaWeb.psd1')) -or $Task -notcontains 'Build') {
        Invoke-Build
    }

    Invoke-Step 'Package the module' {
        $version = (Test-ModuleManifest (Join-Path $module 'HaWeb.psd1')).Version
        $package = Join-Path $output "HaWeb-$version.zip"
        if (Test-Path -LiteralPath $package) {
            Remove-Item -LiteralPath $package
        }

        # The archive's one folder is HaWeb: unpack it into a folder of PSModulePath.
        [System.IO.Compression.ZipFile]::CreateFromDirectory($module, $package, 'Optimal', $true)
        Write-Host "    $package"
    }
}

function Invoke-Clean {
    if (Test-Path -LiteralPath (Join-Path $root 'tests/Lab/Machines/bin')) {
        Invoke-Step 'Take down what the lab left' { Invoke-LabMachines 'down' }
    }

    Invoke-Step 'Remove what was built' {
        Remove-Folder $reports
        if (Test-Path -LiteralPath $output) {
            # This script may be running in the host there; build.sh removes it afterwards.
            Get-ChildItem $output | Where-Object { -not $isHost -or $_.Name -ne 'PowerShellHost' } | Remove-Item -Recurse -Force
        }

        foreach ($area in 'src', 'tests', 'tools', 'bench') {
            $folder = Join-Path $root $area
            if (Test-Path -LiteralPath $folder) {
                Get-ChildItem $folder -Recurse -File -Filter '*.csproj' | ForEach-Object {
                    Remove-Folder (Join-Path $_.Directory.FullName 'bin')
                    Remove-Folder (Join-Path $_.Directory.FullName 'obj')
                }
            }
        }
    }
}

# --- What was asked for -----------------------------------------------------------------------------------------------------

# 'pwsh -File build.ps1 -Task Build,Test' gives one string.
$Task = @($Task | ForEach-Object { $_ -split ',' } | ForEach-Object { $_.Trim() } | Where-Object { $_ })
$known = 'Build', 'Test', 'Demo', 'Lab', 'Package', 'Clean'
$unknown = @($Task | Where-Object { $known -notcontains $_ })
if ($unknown.Count -gt 0 -or $Task.Count -eq 0) {
    Write-Error "'$($unknown -join ', ')' is not a task. Use one or more of $($known -join ', ')." -ErrorAction Continue
    exit 64
}

$watch = [System.Diagnostics.Stopwatch]::StartNew()
$failure = $null
try {
    foreach ($name in $Task) {
        & "Invoke-$name"
    }
}
catch {
    $failure = $_
    Write-Error -ErrorRecord $_ -ErrorAction Continue
    Add-Suite 'This run' 'build.ps1' 0 1 'stopped by the error above'
}

if ($Task[-1] -ne 'Demo') {
    Write-Host "$($Task -join ', '): $(Format-Duration $watch)"
}

if ($Task -contains 'Test') {
    $suites | Format-Table Suite, Runner, Passed, Failed, Note -AutoSize | Out-String -Width 200 | ForEach-Object { Write-Host $_.TrimEnd() }
    $passed = ($suites | Measure-Object Passed -Sum).Sum
    $failed = ($suites | Measure-Object Failed -Sum).Sum
    Write-Host ''
    Write-Host "$passed passed, $failed failed"
    exit ($failed -gt 0 ? 1 : 0)
}

exit ($failure ? 1 : 0)
