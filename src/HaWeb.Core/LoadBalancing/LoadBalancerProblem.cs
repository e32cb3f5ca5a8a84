namespace HaWeb.Core.LoadBalancing;

/// <summary>Why a load balancer cannot be configured as asked.</summary>
/// <param name="Setting">The setting that is wrong, by its name in <c>[X-HaWeb]</c>.</param>
/// <param name="Message">What is wrong with it, for people.</param>
public sealed record LoadBalancerProblem(string Setting, string Message);
