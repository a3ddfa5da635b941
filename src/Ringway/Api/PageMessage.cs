using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Ringway.Agents;
using Ringway.CallBacks;
using Ringway.WhatsApp.Permissions;

namespace Ringway.Api;

/// <summary>What an agent can choose from when she takes no calls.</summary>
public sealed record PauseReasonView(string Id, string Name);

/// <summary>What a page is told on <c>/api/v1/events</c>. Every message is a whole fact; hearing one twice does no harm.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Hello), "hello")]
[JsonDerivedType(typeof(Call), "call")]
[JsonDerivedType(typeof(Agent), "agent")]
[JsonDerivedType(typeof(Line), "line")]
[JsonDerivedType(typeof(Permission), "permission")]
[JsonDerivedType(typeof(CallBacks), "call-backs")]
[JsonDerivedType(typeof(LineLost), "line-lost")]
[JsonDerivedType(typeof(Bye), "bye")]
public abstract record PageMessage
{
    private PageMessage()
    {
    }

    /// <summary>How everything stands: first, and again whenever a page had fallen behind. It replaces all earlier facts.</summary>
    /// <param name="Supervises">Agents whose calls this one may listen to.</param>
    /// <param name="Hears">Lines of which this one may hear all recordings.</param>
    public sealed record Hello(
        [property: JsonPropertyName("agent")] AgentFact Me, bool Ready, ImmutableArray<AgentView> Agents,
        ImmutableArray<CallView> Calls, ImmutableArray<LineView> Lines, ImmutableArray<TeamFact> Teams, ImmutableArray<string> Menus,
        ImmutableArray<AgentFact> Bots, int RingSeconds, ImmutableArray<PauseReasonView> PauseReasons, ImmutableArray<string> Supervises,
        ImmutableArray<string> Hears, [property: JsonPropertyName("callBacks")] IReadOnlyList<CallBackView> Wanted) : PageMessage;

    public sealed record Call([property: JsonPropertyName("call")] CallView Now) : PageMessage;

    public sealed record Agent([property: JsonPropertyName("agent")] AgentView Now) : PageMessage;

    /// <summary>A line was closed or opened by hand, or is by its hours again; or its rules are others.</summary>
    public sealed record Line([property: JsonPropertyName("line")] LineView Now) : PageMessage;

    /// <summary>A user may be called now, or not any more, or the reasons are others.</summary>
    public sealed record Permission([property: JsonPropertyName("permission")] PermissionView Now) : PageMessage;

    /// <summary>All who want to be called back, the longest first.</summary>
    public sealed record CallBacks([property: JsonPropertyName("callBacks")] IReadOnlyList<CallBackView> Now) : PageMessage;

    /// <summary>This page's phone does not work any more.</summary>
    /// <param name="Reason">See <see cref="Agents.LineLost"/>.</param>
    public sealed record LineLost(string Reason) : PageMessage;

    /// <summary>The socket closes after this.</summary>
    public sealed record Bye(string Reason) : PageMessage
    {
        public const string SignedOut = "signed-out";
        public const string Restarting = "restarting";
    }
}

/// <summary>A team that a call can be given to.</summary>
public sealed record TeamFact(string Id, string Name);
