BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'output', 'HaWeb', 'HaWeb.psd1'))
    $runbook = Join-Path $PSScriptRoot 'Test-Capacity.ps1'
    $website = Join-Path $PSScriptRoot '..' 'website'
}

Describe 'The runbook Test-Capacity' {
    AfterEach {
        Disconnect-HaCluster
    }

    It 'finds that any machine may fail while there is a spare one' {
        $null = Connect-HaCluster -Simulated -MachineCount 4
        Get-ChildItem $website -Filter '*.service' | Import-HaUnit
        Start-HaUnit 'nginx@{1,2}.service'
        Start-HaUnit nginx-loadbalancer.service

        $report = & $runbook

        $report.Machine | Should -Be @('sim-1', 'sim-2', 'sim-3', 'sim-4')
        $report.CanFail | Should -Be @($true, $true, $true, $true)
    }

    It 'names what would be left over' {
        $null = Connect-HaCluster -Simulated -MachineCount 3
        Get-ChildItem $website -Filter '*.service' | Import-HaUnit
        Start-HaUnit 'nginx@{1,2}.service'
        Start-HaUnit nginx-loadbalancer.service

        $report = & $runbook

        ($report | Where-Object Machine -eq sim-2).LeftOver | Should -Be 'nginx@2.service'
        $report.CanFail | Should -Be @($false, $false, $false)
    }

    It 'agrees with what happens when the machine really fails' {
        $null = Connect-HaCluster -Simulated -MachineCount 3
        Get-ChildItem $website -Filter '*.service' | Import-HaUnit
        Start-HaUnit 'nginx@{1,2}.service'
        Start-HaUnit nginx-loadbalancer.service
        $foretold = (& $runbook | Where-Object Machine -eq sim-2).LeftOver

        Invoke-HaFault PowerLoss -Machine sim-2

        (Get-HaUnit | Where-Object { $_.Desired -eq 'launched' -and -not $_.Machine }).Name | Should -Be $foretold
    }

    It 'changes nothing' {
        $null = Connect-HaCluster -Simulated -MachineCount 2
        Import-HaUnit (Join-Path $website 'nginx@.service')
        Start-HaUnit 'nginx@{1,2}.service'
        $revision = (Get-HaCluster).Revision

        $null = & $runbook

        (Get-HaCluster).Revision | Should -Be $revision
    }
}
