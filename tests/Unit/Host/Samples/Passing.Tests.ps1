BeforeDiscovery {
    $cases = @(@{ a = 1; b = 2; sum = 3 }, @{ a = 5; b = 5; sum = 10 })
    $discovered = 1
}

BeforeAll {
    $root = 'root'
    function Get-Root { 'root function' }
    $script:log = @()
}

$outside = 1

Describe 'Scopes' {
    $inDescribe = 1

    BeforeAll { $script:count = 0; $base = 10 }
    BeforeEach { $script:count++; $each = 'outer' }
    AfterEach { $script:log += 'outer' }
    AfterAll { $script:count | Should -BeGreaterThan 5 }

    It 'hides what belongs to discovery' {
        $inDescribe, $outside, $discovered | Where-Object { $_ } | Should -BeNullOrEmpty
    }

    It 'shows what BeforeAll set' {
        $root | Should -Be 'root'
        Get-Root | Should -Be 'root function'
        $base | Should -Be 10
        $PSScriptRoot | Should -Exist
    }

    Context 'inner' {
        BeforeEach { $each | Should -Be 'outer'; $inner = 1 }
        AfterEach { $script:log += 'inner' }

        It 'runs setup and body in one scope' { $inner | Should -Be 1; $leak = 1 }
        It 'leaks nothing to the next test, and cleans up from the inside' {
            $leak | Should -BeNullOrEmpty
            $script:log[-2..-1] -join ',' | Should -Be 'inner,outer'
        }
        It 'adds <a>+<b>=<sum>' -ForEach $cases { $a + $b | Should -Be $sum; $_.a | Should -Be $a }
        It 'takes <_> of <_.Length>' -ForEach 'x', 'yy' { $_ | Should -BeLike '?*' }
        It 'binds <v>' -TestCases @{ v = 1 }, @{ v = 2 } { param($v) $v | Should -BeOfType [int] }
        It 'has a drive' {
            'hi' | Set-Content TestDrive:/f.txt
            Get-Content "$TestDrive/f.txt" | Should -Be 'hi'
        }
    }

    Context 'after' {
        It 'finds the drive clean' { Test-Path TestDrive:/f.txt | Should -BeFalse }
    }

    Describe 'block <name>' -ForEach @{ name = 'n1' }, @{ name = 'n2' } {
        It 'sees <name>' { $name | Should -BeLike 'n?' }
    }
}

Describe 'Should' {
    It 'compares' {
        'a' | Should -Be 'A'
        'a' | Should -Not -BeExactly 'A'
        1 | Should -Not -Be 2
        @(1, 2) | Should -Be @(1, 2)
        @(1, 2) | Should -Not -Be @(2, 1)
        $null | Should -Be $null
        Should -ActualValue 1 -Be 1
        5 | Should -BeLessThan 6
        5 | Should -BeGreaterThan 4
        5 | Should -BeGreaterOrEqual 5
        5 | Should -BeLessOrEqual 5
    }

    It 'knows empty, true and how many' {
        $null | Should -BeNullOrEmpty
        '' | Should -BeNullOrEmpty
        @() | Should -BeNullOrEmpty
        0 | Should -Not -BeNullOrEmpty
        1 | Should -BeTrue
        0 | Should -BeFalse
        @() | Should -HaveCount 0
        1, 2, 3 | Should -HaveCount 3
        1, 2 | Should -Contain 2
        1, 2 | Should -Not -Contain 3
    }

    It 'matches' {
        'abc' | Should -Match '^A'
        'abc' | Should -Not -MatchExactly '^A'
        'abc' | Should -BeLike 'A*'
        1.5 | Should -BeOfType ([double])
        '/' | Should -Exist
        '/no/such/path' | Should -Not -Exist
    }

    It 'catches' {
        { throw 'boom now' } | Should -Throw
        { throw 'boom now' } | Should -Throw '*boom*'
        { throw [System.ArgumentException]'x' } | Should -Throw -ExceptionType ([System.ArgumentException])
        { Get-Command no-such-command -ErrorAction Stop } | Should -Throw -ErrorId 'CommandNotFoundException*'
        { 1 } | Should -Not -Throw
    }
}
