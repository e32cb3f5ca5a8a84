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

    It 'takes TLS, hosts, limits, headers and a log for programs' {
        $config = Get-HaBackend website | New-HaLoadBalancerConfig -Service website -Listen 80, 8443/tls -TlsCertificate /etc/tls/site.pem -TlsKey /etc/tls/site.key `
            -RedirectToTls -Location @{ 'api.example.org/' = 'api' } -Algorithm Hash -HashKey header:X-Session -ClientMaxBody 10MB -ClientRate 50 `
            -ResponseHeader @{ 'X-Frame-Options' = 'DENY' } -AccessLogFormat Json

        foreach ($part in 'listen 8443 ssl http2;', 'ssl_certificate /etc/tls/site.pem;', 'return 308 https://\$host:8443', 'server_name api.example.org;',
            'hash \$http_x_session consistent;', 'client_max_body_size 10485760;', 'rate=50r/s', 'add_header X-Frame-Options "DENY" always;', 'escape=json') {
            $config.Text | Should -Match $part
        }

        $config.Services | Should -HaveCount 2
    }

    It 'is written in the syntax of a version' {
        $text = (New-HaLoadBalancerConfig website -TlsCertificate /site.pem -NginxVersion 1.27.3).Text
        $text | Should -Match 'http2 on;'
        $text | Should -Not -Match 'ssl http2'
    }

    It 'is made from a template' {
        $path = Join-Path $TestDrive 'site.liquid'
        'upstream mine { {% for backend in services[0].backends %}server {{ backend.endpoint }}; {% endfor %}}' | Set-Content $path

        (Get-HaBackend website | New-HaLoadBalancerConfig -Template $path).Text | Should -Match 'upstream mine { server 10\.0\.0\.1:80; server 10\.0\.0\.2:80; }'
        (New-HaLoadBalancerConfig website -Template '# mine {{ generated }}').Text | Should -Match '# mine # Written by HaWeb'
        { New-HaLoadBalancerConfig website -Template '{{ sevices }}' } | Should -Throw -ErrorId 'TemplateInvalid,*'
    }

    It 'is taken by the program that it is for' {
        $log = Join-Path $TestDrive 'access.log'
        $nginx = Get-HaBackend website | New-HaLoadBalancerConfig -Listen 8080 -AccessLog $log | Test-HaLoadBalancerConfig
        $nginx.Message | Should -BeNullOrEmpty
        $nginx.Valid | Should -BeTrue
        $haproxy = Get-HaBackend website | New-HaLoadBalancerConfig -Engine HAProxy -Listen 8080 | Test-HaLoadBalancerConfig
        $haproxy.Valid | Should -BeTrue
        $haproxy.TestedBy | Should -Be 'haproxy'
        (New-HaLoadBalancerConfig website -Template '{{ generated }} nonsense;' | Test-HaLoadBalancerConfig).Valid | Should -BeFalse
    }

    It 'refuses what would mean something else to nginx' {
        { New-HaLoadBalancerConfig -Service website -ServerName 'a; } server {' } | Should -Throw -ErrorId 'LoadBalancerInvalid,*'
        { New-HaLoadBalancerConfig -Service 'web;site' } | Should -Throw -ErrorId 'LoadBalancerInvalid,*'
        { New-HaLoadBalancerConfig -Service website -Listen 70000 } | Should -Throw -ErrorId 'ListenInvalid,*'
    }
}
