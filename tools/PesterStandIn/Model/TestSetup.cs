namespace HaWeb.Tools.PesterStandIn.Model;

/// <summary>When a block's setup or clean-up runs.</summary>
internal enum TestSetup
{
    BeforeAll,
    AfterAll,
    BeforeEach,
    AfterEach,
}
