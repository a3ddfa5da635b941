namespace Ringway.Graph;

/// <summary>What Meta says of a number's health: <c>/{phone-number-id}?fields=health_status</c>.</summary>
public sealed record NumberHealth
{
    /// <summary><c>AVAILABLE</c>, <c>LIMITED</c>, <c>BLOCKED</c>; may be blocked by SIP alone.</summary>
    public string? CanSendMessage { get; init; }

    // The JSON reader sets what is missing to null.
    public IReadOnlyList<HealthEntity> Entities { get => field ?? []; init; }

    /// <summary>The number's or the app's word on SIP calls, the worse of the two; null when Meta says nothing.</summary>
    public string? CanReceiveCallSip =>
        Entities.Select(entity => entity.CanReceiveCallSip).OfType<string>().OrderDescending(Worst).FirstOrDefault();

    public IEnumerable<HealthProblem> Problems => Entities.SelectMany(entity => entity.Errors);

    private static readonly Comparer<string> Worst = Comparer<string>.Create((a, b) => Badness(a).CompareTo(Badness(b)));

    private static int Badness(string word) => word switch { "AVAILABLE" => 0, "LIMITED" => 1, _ => 2 };
}

/// <summary>One thing that must be well for calls to work: number, account, business or app.</summary>
public sealed record HealthEntity
{
    /// <summary><c>PHONE_NUMBER</c>, <c>WABA</c>, <c>BUSINESS</c>, <c>APP</c>.</summary>
    public string EntityType { get => field ?? ""; init; }

    public string? Id { get; init; }

    public string? CanSendMessage { get; init; }

    public string? CanReceiveCallSip { get; init; }

    public IReadOnlyList<HealthProblem> Errors { get => field ?? []; init; }
}

/// <summary>Why an entity is not well, in Meta's words; our own are in <see cref="GraphErrors"/>.</summary>
public sealed record HealthProblem(int ErrorCode, string? ErrorDescription, string? PossibleSolution)
{
    public GraphError? Known => GraphErrors.Find(ErrorCode);
}

public enum CallPermissionStatus
{
    /// <summary>Neither given nor asked for, or expired, or taken back, or the user cannot be called at all: Meta tells them not apart.</summary>
    None,

    /// <summary>Seven days from the acceptance.</summary>
    Temporary,

    /// <summary>Until the user takes it back.</summary>
    Permanent,

    /// <summary>A word that is newer than this client.</summary>
    Unknown,
}

/// <summary>Whether a user may be called, and what is left of the limits.</summary>
/// <param name="Until">End of a temporary permission.</param>
public sealed record CallPermissions(CallPermissionStatus Status, DateTimeOffset? Until, IReadOnlyList<PermittedAction> Actions)
{
    public PermittedAction? SendRequest => Actions.FirstOrDefault(action => action.Name == "send_call_permission_request");

    public PermittedAction? StartCall => Actions.FirstOrDefault(action => action.Name == "start_call");
}

/// <summary>Something that we may or may not do to a user now.</summary>
public sealed record PermittedAction(string Name, bool CanPerform, IReadOnlyList<ActionLimit> Limits)
{
    /// <summary>The limit over that time: one day or seven.</summary>
    public ActionLimit? Over(TimeSpan period) => Limits.FirstOrDefault(limit => limit.Period == period);
}

/// <summary>How often something may be done in a time.</summary>
/// <param name="ExpiresAt">When it may be done again; said only when nothing is left.</param>
public sealed record ActionLimit(TimeSpan Period, int MaxAllowed, int CurrentUsage, DateTimeOffset? ExpiresAt)
{
    public int Left => Math.Max(0, MaxAllowed - CurrentUsage);
}

/// <summary>A message that Meta took; whether it arrives is told by webhook.</summary>
/// <param name="Id"><c>wamid.…</c></param>
/// <param name="WhatsAppId">The user's number as WhatsApp knows it, digits; null for a user who hides it.</param>
/// <param name="UserId">The user's business-scoped id.</param>
public sealed record SentMessage(string Id, string? WhatsAppId, string? UserId)
{
    public override string ToString() => Id;
}

/// <summary>An app that gets an account's webhooks.</summary>
/// <param name="OverrideCallbackUri">Where its webhooks go instead of the app's own address.</param>
public sealed record SubscribedApp(string Id, string? Name, string? OverrideCallbackUri);

/// <summary>What Meta says of our own access token.</summary>
public sealed record TokenFacts
{
    public bool IsValid { get; init; }

    public string? AppId { get; init; }

    public string? Application { get; init; }

    /// <summary><c>SYSTEM_USER</c>, <c>USER</c>, …</summary>
    public string? Type { get; init; }

    /// <summary>Null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When the app may no longer read the user's data and asks anew. Null: never.</summary>
    public DateTimeOffset? DataAccessExpiresAt { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Scopes that hold for some accounts or numbers only.</summary>
    public IReadOnlyList<GranularScope> GranularScopes { get; init; } = [];

    /// <summary>Why it is not valid, in Meta's words.</summary>
    public string? Problem { get; init; }
}

/// <param name="TargetIds">Ids of the accounts; null: all.</param>
public sealed record GranularScope(string Scope, IReadOnlyList<string>? TargetIds);
