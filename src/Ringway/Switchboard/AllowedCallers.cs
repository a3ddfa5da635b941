using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Ringway.Calls;
using Ringway.Store;
using Ringway.WhatsApp.Permissions;

namespace Ringway.Switchboard;

/// <summary>
/// Who may be called, for rules that ask it of a caller: in memory, from the store at the start and from every change, so that no call waits
/// for the store.
/// </summary>
public sealed partial class AllowedCallers
{
    private static readonly DateTimeOffset Never = DateTimeOffset.MinValue;

    private readonly ConcurrentDictionary<(string Line, string User), DateTimeOffset> _until = new();
    private readonly RouteBook _routes;
    private readonly TimeProvider _time;
    private readonly ILogger<AllowedCallers> _log;
    private bool _learned;

    public AllowedCallers(PermissionBook permissions, RouteBook routes, TimeProvider time, ILogger<AllowedCallers> log)
    {
        (_routes, _time, _log) = (routes, time, log);
        permissions.Changed += view => _until[(view.Line, view.User.Value)] = Until(view.State, view.Until);
    }

    /// <summary>Whether the line may call this user, as far as it is known here.</summary>
    public bool Has(string line, Party customer) => Has(line, customer.Number) || Has(line, customer.UserId);

    /// <summary>Reads what the store has, when a rule asks for it and that was not done yet. Without the store nobody counts as allowed until Meta tells.</summary>
    public async Task LearnAsync(ICallStore store, CancellationToken ct)
    {
        if (_learned || !_routes.AskForPermission) return;
        try
        {
            await foreach (var row in store.PermissionsAsync(ct)) Learn(row);
            _learned = true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.NotLearned(_log, fault.Message);
        }
    }

    private bool Has(string line, string? user) => user is not null && _until.TryGetValue((line, user), out var until) && _time.GetUtcNow() < until;

    /// <summary>What was heard since is newer than the row.</summary>
    private void Learn(PermissionRow row)
    {
        var standing = PermissionRules.At(PermissionBook.Read(row), _time.GetUtcNow());
        var until = Until(standing.State, standing.Until);
        if (until == Never) return;
        foreach (var user in new[] { row.User, row.UserId })
            if (user is not null)
                _until.TryAdd((row.Line, user), until);
    }

    private static DateTimeOffset Until(PermissionState state, DateTimeOffset? until) => state switch
    {
        PermissionState.Permanent => DateTimeOffset.MaxValue,
        PermissionState.Temporary => until ?? Never,
        _ => Never,
    };

    private static partial class Log
    {
        [LoggerMessage(2651, LogLevel.Warning, "The store's permissions could not be read, so rules that ask whether a caller may be called count her as one who may not until Meta tells: {Why}")]
        public static partial void NotLearned(ILogger log, string why);
    }
}
