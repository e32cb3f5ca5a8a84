BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'output', 'HaWeb', 'HaWeb.psd1'))
    $runbook = Join-Path $PSScriptRoot 'Restart-Units.ps1'
    $website = Join-Path $PSScriptRoot '..' 'website'
}

Describe 'The runbook Restart-Units' {
    BeforeEach {
        $null = Connect-HaCluster -Simulated -MachineCount 4
        Get-ChildItem $website -Filter '*.service' | Import-HaUnit
        Start-HaUnit 'nginx@{1,2}.service'
        Start-HaUnit nginx-loadbalancer.service
    }

    AfterEach {
        Disconnect-HaCluster
    }

    It 'restarts every unit once, where it is' {
        $before = Get-HaUnit 'nginx@*'

        $after = & $runbook 'nginx@*'

        $after.Name | Should -Be @('nginx@1.service', 'nginx@2.service')
        $after.Machine | Should -Be $before.Machine
        $after.Healthy | Should -Be @($true, $true)
        $after[0].Since | Should -BeGreaterThan $before[0].Since
        $after[1].Since | Should -BeGreaterThan $after[0].Since
    }

    It 'restarts none while one of them is not well' {
        Invoke-HaFault ProbeFail -Unit nginx@2
        $since = (Get-HaUnit nginx@1).Since

        { & $runbook 'nginx@*' } | Should -Throw -ExpectedMessage '*nginx@2.service is*'

        (Get-HaUnit nginx@1).Since | Should -Be $since
    }

    It 'stops at the first that does not come back' {
        Invoke-HaFault ImageMissing -Image nginx:latest
        $since = (Get-HaUnit nginx@2).Since

        { & $runbook 'nginx@*' } | Should -Throw

        (Get-HaUnit nginx@2).Since | Should -Be $since
        Get-HaBackend website | Should -HaveCount 1
    }

    It 'changes nothing when it is only asked what would happen' {
        $since = (Get-HaUnit 'nginx@*').Since

        & $runbook 'nginx@*' -WhatIf

        (Get-HaUnit 'nginx@*').Since | Should -Be $since
    }
}
