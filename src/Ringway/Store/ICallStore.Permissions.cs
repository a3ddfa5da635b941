namespace Ringway.Store;

public partial interface ICallStore
{
    /// <summary>What is known of this user's leave to be called on this line.</summary>
    /// <param name="user">A number with +, or an id of WhatsApp's; also finds a row that was saved with it as <see cref="PermissionRow.UserId"/>.</param>
    Task<PermissionRow?> FindPermissionAsync(string line, string user, CancellationToken ct = default);

    /// <summary>All of them, in no order that matters.</summary>
    IAsyncEnumerable<PermissionRow> PermissionsAsync(CancellationToken ct = default);

    /// <summary>Inserts the row, or replaces the one of the same line and user, and writes the events that tell of it: both or neither.</summary>
    Task SavePermissionAsync(PermissionRow permission, IReadOnlyCollection<OutboxRow>? news = null, CancellationToken ct = default);
}

/// <summary>What is known of one user's permission.</summary>
/// <param name="User">A number with +, or an id of WhatsApp's when no number is known.</param>
/// <param name="UserId">The id of WhatsApp's besides the number.</param>
/// <param name="Facts">JSON; only the rules of permissions read it.</param>
public sealed record PermissionRow(string Line, string User, string? UserId, string Facts, DateTimeOffset ChangedAt)
{
    public override string ToString() => $"permission of {PhoneNumber.Mask(User)} on {Line}";
}
