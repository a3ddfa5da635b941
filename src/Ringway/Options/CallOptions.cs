namespace Ringway.Options;

/// <summary>How long things may take.</summary>
public sealed record CallOptions
{
    /// <summary>Meta ends an unanswered call after 30 to 60 s by itself; 30 s lets our own answer come first.</summary>
    [Key("ringSeconds", "How long agents ring before the caller is told that nobody answers", Min = 5, Max = 120)]
    public TimeSpan Ring { get; init; } = TimeSpan.FromSeconds(30);

    [Key("dialSeconds", "How long a called WhatsApp user may ring", Min = 5, Max = 120)]
    public TimeSpan Dial { get; init; } = TimeSpan.FromSeconds(60);

    [Key("agentConnectSeconds", "How long the browser of an agent who places a call may take to answer it by itself", Min = 2, Max = 60)]
    public TimeSpan AgentConnect { get; init; } = TimeSpan.FromSeconds(10);

    [Key("longestHours", "After this time a call is ended whatever happens, so that a forgotten one does not last for days", Min = 1, Max = 24)]
    public TimeSpan Longest { get; init; } = TimeSpan.FromHours(4);

    [Key("consultSeconds", "How long a colleague rings whom an agent wants to ask during a call", Min = 5, Max = 120)]
    public TimeSpan Consult { get; init; } = TimeSpan.FromSeconds(20);

    [Key("transferWaitSeconds", "How long a caller who was transferred and whom nobody takes waits with music before the call ends, where the line's team says nothing else", Min = 10, Max = 3600)]
    public TimeSpan TransferWait { get; init; } = TimeSpan.FromSeconds(90);

    [Key("menuKeySeconds", "How long a caller may think after a menu has spoken, before it speaks again", Min = 2, Max = 60)]
    public TimeSpan MenuKey { get; init; } = TimeSpan.FromSeconds(6);

    [Key("keepMessageDays", "After how many days a message that a caller has left is deleted", Min = 1, Max = 3650)]
    public int KeepMessageDays { get; init; } = 30;

    [Key("parkSeconds", "How long a parked call waits to be picked up, before it rings at the agent who parked it, or else at the team", Min = 10, Max = 3600)]
    public TimeSpan Park { get; init; } = TimeSpan.FromSeconds(120);

    [Key("rejoinSeconds", "How long a caller hears music when the browser of her agent was reloaded or vanished, before others are asked; an agent who is back by then is connected again", Min = 2, Max = 300)]
    public TimeSpan Rejoin { get; init; } = TimeSpan.FromSeconds(20);
}
