using System.Collections.Immutable;
using Ringway.Calls;

namespace Ringway.Options;

/// <summary>Somebody who may sign in.</summary>
public sealed record AgentOptions
{
    [Key("id", "What the agent signs in with", Required = true, IsId = true)]
    public string Id { get; init; } = "";

    [Key("name", "What colleagues see", DefaultIs = "the id")]
    public string Name { get => field ?? Id; init; }

    [Key("skills", "What the agent can do, and how well from 1 to 9: `german 3`; for `lines[].routes[].skill`", DefaultIs = "none")]
    public ImmutableArray<Skill> Skills { get; init; } = [];

    [Key("password", "At least 8 characters; `file:PATH` or `env:NAME` keep it out of this file", Required = true)]
    public Secret Password { get; init; } = new("");
}

/// <summary>Why an agent takes no calls.</summary>
public sealed record PauseReasonOptions
{
    [Key("id", "Short name of the reason, for programs", Required = true, IsId = true)]
    public string Id { get; init; } = "";

    [Key("name", "What people see, at most 24 characters", DefaultIs = "the id")]
    public string Name { get => field ?? Id; init; }
}

/// <summary>How agents sign in.</summary>
public sealed record SignInOptions
{
    [Key("longestHours", "After this time an agent signs in anew; long enough for a shift", Min = 1, Max = 168)]
    public TimeSpan Longest { get; init; } = TimeSpan.FromHours(16);

    [Key("wrongTriesPerMinute", "Wrong passwords for one agent from one address before further tries are refused for a minute", Min = 1, Max = 1000)]
    public int WrongTriesPerMinute { get; init; } = 10;
}
