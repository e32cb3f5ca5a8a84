BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'output', 'HaWeb', 'HaWeb.psd1')) -Force
    $null = Connect-HaCluster -Local -NoAgent -Path (Join-Path $TestDrive 'balancer.store')
    Register-HaBackend website -Address 10.0.0.1 -Port 80
    Register-HaBackend website -Address 10.0.0.2 -Port 80
}

AfterAll {
    Disconnect-HaCluster
}

Describe 'A load balancer config' {
    It 'is written by Set-Content as nginx reads it' {
        $path = Join-Path $TestDrive 'site.conf'
        Get-HaBackend website | New-HaLoadBalancerConfig -Listen 8080 | Set-Content $path

        $text = Get-Content $path -Raw
        $text | Should -Match 'listen 8080'
        $text | Should -Match 'server 10\.0\.0\.1:80'
        $text | Should -Match 'server 10\.0\.0\.2:80'
    }

    It 'is one for all backends that are piped in, and one for every watched change' {
        @(Get-HaBackend website | New-HaLoadBalancerConfig) | Should -HaveCount 1
        $watched = Watch-HaBackends website | New-HaLoadBalancerConfig | Select-Object -First 1
        $watched.Revision | Should -BeGreaterThan 0
        $watched.Backends | Should -HaveCount 2
    }

    It 'is written for a service without backends when the service is named' {
        Get-HaBackend nothing* | New-HaLoadBalancerConfig | Should -BeNullOrEmpty
        (Get-HaBackend nothing* | New-HaLoadBalancerConfig -Service website).Text | Should -Match '503'
    }

    It 'takes what nginx can be told about backends' {
        $config = Get-HaBackend website |
            New-HaLoadBalancerConfig -ServerName www.example.org -Algorithm LeastConnections -ConnectTimeout 250ms -ReadTimeout 5 -MaxFails 3

        $config.Text | Should -Match 'server_name www\.example\.org'
        $config.Text | Should -Match 'least_conn'
        $config.Text | Should -Match 'max_fails=3'
    }

    It 'refuses what would mean something else to nginx' {
        { New-HaLoadBalancerConfig -Service website -ServerName 'a; } server {' } | Should -Throw -ErrorId 'LoadBalancerInvalid,*'
        { New-HaLoadBalancerConfig -Service 'web;site' } | Should -Throw -ErrorId 'LoadBalancerInvalid,*'
        { New-HaLoadBalancerConfig -Service website -Listen 70000 } | Should -Throw -ErrorId 'LoadBalancerInvalid,*'
    }
}
