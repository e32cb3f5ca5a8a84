<#
.SYNOPSIS
    Runs the Pester suite in this process and writes what came of it to a report that build.ps1 reads.
#>
param(
    # The file to write: XML with one element that has the runner and the counts.
    [Parameter(Mandatory)]
    [string] $Report,

    # The assembly that stands in for Pester where Pester is not to be had.
    [string] $StandIn
)

$ErrorActionPreference = 'Stop'
if ($StandIn) {
    $runner = Import-Module $StandIn -PassThru
}
else {
    $runner = Import-Module Pester -MinimumVersion 5.0 -PassThru
}

$shell = if ($Host.Name -eq 'ConsoleHost') { 'pwsh' } else { $Host.Name }
$name = "$($runner.Name) $($runner.Version) in $shell $($PSVersionTable.PSVersion)"
Write-Host "Running the Pester suite with $name"
$runbooks = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'examples', 'runbooks'))
$result = Invoke-Pester -Path $PSScriptRoot, $runbooks -Output Detailed -PassThru

# A block or a file that fails has no test of its own to show it.
$failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
$escaped = [System.Security.SecurityElement]::Escape($name)
"<suite runner=`"$escaped`" passed=`"$($result.PassedCount)`" failed=`"$failed`" />" | Set-Content -LiteralPath $Report
exit ($failed -gt 0 ? 1 : 0)
