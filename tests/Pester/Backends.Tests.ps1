BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'output', 'HaWeb', 'HaWeb.psd1')) -Force
}

Describe 'Backends' {
    BeforeEach {
        $null = Connect-HaCluster -Local -NoAgent -Path (Join-Path $TestDrive "backends-$([guid]::NewGuid()).store")
    }

    AfterEach {
        Disconnect-HaCluster
    }

    It 'are registered, shown and unregistered' {
        Register-HaBackend website -Address 10.0.0.9 -Port 8080 -Name old -Weight 5

        $backend = Get-HaBackend website
        "$backend" | Should -Be '10.0.0.9:8080'
        $backend.Weight | Should -Be 5
        $backend.External | Should -BeTrue

        Get-HaBackend website | Where-Object External | Unregister-HaBackend
        Get-HaBackend | Should -BeNullOrEmpty
    }

    It 'are taken from objects with the right properties' {
        1..3 | ForEach-Object { [pscustomobject]@{ Service = 'website'; Address = "10.0.0.$_"; Port = 80 } } | Register-HaBackend

        Get-HaBackend web* | ForEach-Object Address | Should -Be @('10.0.0.1', '10.0.0.2', '10.0.0.3')
    }

    It 'are planned, not registered, with -WhatIf' {
        $step = Register-HaBackend website -Address 10.0.0.9 -Port 80 -Name old -WhatIf -PassThru

        $step.Target | Should -Be 'website/old'
        Get-HaBackend | Should -BeNullOrEmpty
    }

    It 'are watched: the whole set first' {
        Register-HaBackend website -Address 10.0.0.1 -Port 80
        Register-HaBackend website -Address 10.0.0.2 -Port 80

        $change = Watch-HaBackends website | Select-Object -First 1
        $change.Change | Should -Be 'Initial'
        $change.Backends | Should -HaveCount 2
        (Watch-HaBackend nothing | Select-Object -First 1).Backends | Should -BeNullOrEmpty
    }
}
