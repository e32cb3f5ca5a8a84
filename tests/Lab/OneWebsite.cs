namespace HaWeb.Tests.Lab;

/// <summary>All tests share one lab, and run one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneWebsite : ICollectionFixture<Website>
{
    public const string Name = "website";
}
