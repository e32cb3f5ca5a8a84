BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'output', 'HaWeb', 'HaWeb.psd1')) -Force
}

Describe 'Backends' {
    BeforeAll {
        Set-Content (Join-Path $TestDrive 'page@.service') @'
[Service]
ExecStart=/usr/bin/docker run --name page%i -p 80:80 page
[X-Fleet]
Conflicts=page@*.service
[X-HaWeb]
Service=pages
'@
    }

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

    It 'tell what keeps an instance out, and count its falls' {
        $null = Connect-HaCluster -Simulated
        Import-HaUnit (Join-Path $TestDrive 'page@.service') -ErrorAction Stop
        Start-HaUnit page@ -Instance 1, 2
        Invoke-HaFault -Kind ProbeFail -Unit page@1

        Get-HaBackend pages | ForEach-Object Name | Should -Be 'page@2'
        $out = Get-HaBackend pages -All | Where-Object Advertised -eq $false
        $out.Name | Should -Be 'page@1'
        $out.Healthy | Should -BeFalse
        $out.LastError | Should -Not -BeNullOrEmpty
        $out.Since | Should -Not -BeNullOrEmpty
        (Get-HaUnit page@1).Reason | Should -Be "is unhealthy: $($out.LastError)"
        "$(Get-HaBackend pages -All | New-HaLoadBalancerConfig)" | Should -Not -Match ([regex]::Escape("$out"))

        $tests = Get-HaBackend pages -All | Test-HaBackend
        ($tests | Where-Object Passed).Name | Should -Be 'page@2'
        ($tests | Where-Object Passed -eq $false).Error | Should -Be 'connection refused'
        (Test-HaBackend pages -Name page@2 -HealthCheck tcp://:81).Passed | Should -BeFalse

        foreach ($i in 1..3) {
            Invoke-HaFault -Kind ProbePass -Unit page@1
            Invoke-HaFault -Kind ProbeFail -Unit page@1
        }

        (Get-HaBackend pages -All | Where-Object Name -eq 'page@1').Flaps | Should -Be 4
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
