using System.Diagnostics;
using System.Reflection;
using Microsoft.Extensions.Time.Testing;
using Ringway.Store;
using Ringway.WhatsApp.Permissions;

namespace Ringway.Tests.WhatsApp;

/// <summary>Meta, as far as permissions go, played by a script.</summary>
internal sealed class PlayedMeta : ICallPermissionSource
{
    private int _asked;
    private int _checks;

    public Func<Task<MetaPermission>> Says { get; set; } = () => Task.FromResult(PermissionCast.No);

    public Func<Task<string>> Sends { get; set; } = () => Task.FromResult("wamid.sent");

    public int Checks => _checks;

    public int Asked => _asked;

    public AskTemplate? Template { get; private set; }

    public bool Knows(string line) => line == "main";

    public Task<MetaPermission> CheckAsync(string line, WhatsAppUser user, CancellationToken ct)
    {
        Interlocked.Increment(ref _checks);
        return Says();
    }

    public Task<string> AskAsync(string line, WhatsAppUser user, string? text, AskTemplate? template, CancellationToken ct)
    {
        Interlocked.Increment(ref _asked);
        Template = template;
        return Sends();
    }

    public Task<string> SendButtonAsync(string line, WhatsAppUser user, string text, string button, string? payload, CancellationToken ct) => Sends();
}

/// <summary>A real store in front of which things can be made to go wrong: it is away, or the process dies at one of its doors.</summary>
internal class UnsteadyStore : DispatchProxy
{
    private ICallStore _real = null!;
    private int _calls;

    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isAway;

    public bool IsAway { get => _isAway; set => _isAway = value; }

    /// <summary>Events of that field are refused, though the store is well.</summary>
    public string? Hates { get; set; }

    /// <summary>Completes when the process has died.</summary>
    public Task Died => _died.Task;

    /// <summary>The process dies before that call of the store, counted from one.</summary>
    public int? DiesBefore { get; set; }

    /// <summary>The process dies after that call was carried out.</summary>
    public int? DiesAfter { get; set; }

    public int Calls => _calls;

    public static (ICallStore Store, UnsteadyStore Trouble) Before(ICallStore real)
    {
        var store = Create<ICallStore, UnsteadyStore>();
        ((UnsteadyStore)(object)store)._real = real;
        return (store, (UnsteadyStore)(object)store);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.DeclaringType == typeof(IAsyncDisposable)) return targetMethod.Invoke(_real, args);
        var call = Interlocked.Increment(ref _calls);
        if (IsAway || Hates is not null && args?[0] is WebhookRow row && row.Field == Hates) throw new StoreAwayException();
        if (call >= DiesBefore) return Forever(targetMethod.ReturnType);
        var done = targetMethod.Invoke(_real, args);
        if (call != DiesAfter) return done;
        ((Task)done!).GetAwaiter().GetResult();
        DiesBefore = 0; // whoever is dead does nothing more
        return Forever(targetMethod.ReturnType);
    }

    /// <summary>To a dead process nothing ever answers.</summary>
    private Task Forever(Type task)
    {
        _died.TrySetResult();
        return task.IsGenericType
            ? (Task)typeof(UnsteadyStore).GetMethod(nameof(ForeverOf), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(task.GetGenericArguments()).Invoke(null, null)!
            : new TaskCompletionSource().Task;
    }

    private static Task<T> ForeverOf<T>() => new TaskCompletionSource<T>().Task;
}

internal sealed class StoreAwayException() : System.Data.Common.DbException("away");

/// <summary>Time that a test moves.</summary>
internal static class Clock
{
    /// <summary>Moves the clock until it is so; the reason says for what.</summary>
    public static async Task UntilAsync(this FakeTimeProvider time, Func<bool> isSo, string reason, TimeSpan? step = null)
    {
        var patience = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(20), $"Waited in vain: {reason}.");
            time.Advance(step ?? TimeSpan.FromMilliseconds(100));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
    }
}
