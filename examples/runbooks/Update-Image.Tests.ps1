BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'output', 'HaWeb', 'HaWeb.psd1'))
    $runbook = Join-Path $PSScriptRoot 'Update-Image.ps1'
    $website = Join-Path $PSScriptRoot '..' 'website'
}

Describe 'The runbook Update-Image' {
    BeforeEach {
        $null = Connect-HaCluster -Simulated -MachineCount 4
        Get-ChildItem $website -Filter '*.service' | Import-HaUnit
        Start-HaUnit 'nginx@{1,2,3}.service'
    }

    AfterEach {
        Disconnect-HaCluster
    }

    It 'gives every instance the image, where it is' {
        $before = Get-HaUnit 'nginx@*'

        $update = & $runbook nginx@ nginx:1.27

        $update.State | Should -Be 'done'
        (Get-HaUnit 'nginx@*').Machine | Should -Be $before.Machine
        (Get-HaUnit 'nginx@*').Healthy | Should -Be @($true, $true, $true)
        (Get-HaUnitFile nginx@).Content | Should -Match 'nginx:1\.27'
    }

    It 'takes it back when the first one does not pass the check' {
        $others = (Get-HaUnit 'nginx@{2,3}').Since

        { & $runbook nginx@ nginx:1.27 -Check { $_.Machine -eq 'elsewhere' } } | Should -Throw -ExpectedMessage 'nginx:1.27 was taken back, since nginx@1.service*'

        (Get-HaUnit 'nginx@{2,3}').Since | Should -Be $others
        (Get-HaUnitFile nginx@1).Content | Should -Match 'nginx:latest'
        Get-HaBackend website | Should -HaveCount 3
    }

    It 'fails when the image does not exist, and all serve as before' {
        Invoke-HaFault ImageMissing -Image nginx:1.27

        { & $runbook nginx@ nginx:1.27 } | Should -Throw -ExpectedMessage '*was rolled back: nginx@1.service failed*'

        (Get-HaUnit 'nginx@*').TemplateDrift | Should -Be @($false, $false, $false)
        Get-HaBackend website | Should -HaveCount 3
    }

    It 'changes nothing when it is only asked what would happen' {
        $since = (Get-HaUnit 'nginx@*').Since

        & $runbook nginx@ nginx:1.27 -WhatIf

        (Get-HaUnit 'nginx@*').Since | Should -Be $since
    }
}
