namespace HaWeb.Core.LoadBalancing;

/// <summary>The settings or backends cannot be written as an nginx config.</summary>
public sealed class LoadBalancerRefusedException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="problems">What is wrong.</param>
    public LoadBalancerRefusedException(IReadOnlyList<LoadBalancerProblem> problems)
        : base(string.Join(" ", problems.Select(problem => $"{problem.Setting}: {problem.Message}"))) => Problems = problems;

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<LoadBalancerProblem> Problems { get; }
}
