Describe 'Failures' {
    It 'compares' { 1 | Should -Be 2 -Because 'of reasons' }
    It 'throws' { function Invoke-Deep { throw 'deep' }; Invoke-Deep }
    It 'expects an error' { { 1 } | Should -Throw }
    It 'expects no error' { { throw 'x' } | Should -Not -Throw }
    It 'expects another error' { { throw [System.ArgumentException]'y' } | Should -Throw 'z' }
}

Describe 'Setup' {
    BeforeAll { throw 'no' }
    It 'never' { }
}
