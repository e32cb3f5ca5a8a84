namespace HaWeb.Tests.Unit.Docker;

/// <summary>The tests that share one Docker Engine; one after the other, since some of them measure.</summary>
[CollectionDefinition("Docker")]
public sealed class SharedDocker : ICollectionFixture<DockerFixture>;
