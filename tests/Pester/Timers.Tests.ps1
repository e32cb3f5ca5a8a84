BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'output', 'HaWeb', 'HaWeb.psd1')) -Force
    $examples = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'examples', 'backup')
}

Describe 'A timer' {
    BeforeEach {
        $null = Connect-HaCluster -Simulated -Machine @{Id='A'}, @{Id='B'}, @{Id='C'}
        Get-ChildItem $examples -File | Where-Object Extension -ne .md | Import-HaUnit
    }

    AfterEach {
        Disconnect-HaCluster
    }

    It 'waits on the machine of its service, which is loaded' {
        Start-HaUnit backup@orders.timer

        $timer = Get-HaUnit backup@orders.timer
        $job = Get-HaUnit backup@orders.service
        $timer.Active, $timer.Sub | Should -Be @('active', 'waiting')
        $timer.Next.Hour | Should -Be 2
        $job.Desired, $job.Active, $job.Sub | Should -Be @('loaded', 'inactive', 'dead')
        $job.Machine | Should -Be $timer.Machine
    }

    It 'starts its service when it elapses, and shows what came of it' {
        Start-HaUnit backup@orders.timer
        Wait-HaUnit backup@orders.timer -For Elapsed -TimeoutSec 90000
        (Get-HaUnit backup@orders.service).Active | Should -Be 'activating'

        Invoke-HaFault ContainerExit -Unit backup@orders.service
        Wait-HaUnit backup@orders.service -For Finished
        $job = Get-HaUnit backup@orders.service
        $job.Active, $job.Sub, $job.ExitCode | Should -Be @('inactive', 'dead', 0)
        (Get-HaUnit backup@orders.timer).Sub | Should -Be 'waiting'
        (Get-HaUnit backup@orders.timer).Last | Should -Be $job.Last
    }

    It 'shows a run that failed' {
        Start-HaUnit backup@orders.timer
        Wait-HaUnit backup@orders.timer -For Elapsed -TimeoutSec 90000
        Invoke-HaFault ContainerExit -Unit backup@orders.service -ExitCode 3

        $failure = { Wait-HaUnit backup@orders.service -For Finished -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'UnitFailed,*'
        (Get-HaUnit backup@orders.service).Active | Should -Be 'failed'
        (Get-HaUnit backup@orders.service).ExitCode | Should -Be 3
    }

    It 'is refused without its service' {
        Import-HaUnit -Name alone.timer -Content "[Timer]`nOnCalendar=daily"

        $failure = { Start-HaUnit alone.timer -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'TimerServiceNotFound,*'
        (Get-HaUnit alone.timer).Desired | Should -Be 'inactive'
    }

    It 'lets only as much time pass as it is given' {
        Start-HaUnit backup@orders.timer
        $before = (Get-HaUnit backup@orders.timer).Next
        Wait-HaUnit backup@orders.timer -For Elapsed -TimeoutSec 3600 -ErrorAction SilentlyContinue -ErrorVariable late

        $late[0].FullyQualifiedErrorId | Should -BeLike 'Timeout,*'
        (Get-HaUnit backup@orders.timer).Next | Should -Be $before
        (Get-HaUnit backup@orders.timer).Last | Should -BeNullOrEmpty
    }

    It 'is checked with line and column' {
        $problem = Test-HaUnit -Name bad.timer -Content "[Timer]`nOnCalendar=Mon 25:00" | Where-Object Severity -eq Error
        $problem.Severity, $problem.Line, $problem.Column | Should -Be @('Error', 2, 12)
    }
}
