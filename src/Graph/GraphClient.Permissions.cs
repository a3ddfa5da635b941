using System.Xml;

namespace Ringway.Graph;

public sealed partial class GraphClient
{
    /// <param name="user"><c>+digits</c>, digits, or a business-scoped id such as <c>US.1349</c>.</param>
    public async Task<CallPermissions> GetCallPermissionsAsync(string phoneNumberId, string user, CancellationToken ct)
    {
        var (number, id) = Addressed(user);
        var answer = await SendAsync(
            new GraphRequest(HttpMethod.Get, "{phone-number-id}/call_permissions", phoneNumberId)
            {
                Query = number is not null ? $"?user_wa_id={number}" : $"?recipient={Uri.EscapeDataString(id!)}",
                Unsaid = number,
            },
            GraphJson.Default.PermissionsAnswer, ct);
        var permission = answer.Permission;
        return new CallPermissions(
            permission?.Status switch
            {
                "no_permission" => CallPermissionStatus.None,
                "temporary" => CallPermissionStatus.Temporary,
                "permanent" => CallPermissionStatus.Permanent,
                _ => CallPermissionStatus.Unknown,
            },
            permission?.ExpirationTime ?? permission?.Expiration, // Meta's table says one, its sample the other
            [.. (answer.Actions ?? []).Select(Action)]);
    }

    private static PermittedAction Action(ActionAnswer action) =>
        new(action.ActionName ?? "", action.CanPerformAction, [.. (action.Limits ?? []).Select(Limit)]);

    private static ActionLimit Limit(LimitAnswer limit) =>
        new(Period(limit.TimePeriod), limit.MaxAllowed, limit.CurrentUsage, limit.LimitExpirationTime);

    /// <summary>ISO 8601: <c>PT24H</c>, <c>P7D</c>. One that cannot be read matches no period that anybody asks for.</summary>
    private static TimeSpan Period(string? text)
    {
        try
        {
            return text is null ? TimeSpan.Zero : XmlConvert.ToTimeSpan(text);
        }
        catch (FormatException)
        {
            return TimeSpan.Zero;
        }
    }

    /// <summary>A number is digits, maybe with a plus; everything else is a business-scoped id.</summary>
    private static (string? Number, string? Id) Addressed(string user)
    {
        var digits = user.StartsWith('+') ? user[1..] : user;
        return digits.Length > 0 && digits.All(char.IsAsciiDigit) ? (digits, null) : (null, user);
    }
}
