using Microsoft.Extensions.Hosting;
using Ringway.Store;

namespace Ringway.Api;

/// <summary>Whether ringway can do its work now: one fact for each thing that it needs.</summary>
public sealed class Readiness(ICallStore store, IHostApplicationLifetime host, TimeProvider time)
{
    private static readonly TimeSpan StorePatience = TimeSpan.FromSeconds(1);

    /// <summary>Asterisk's control socket stands.</summary>
    public Func<bool> Asterisk { get; set; } = () => false;

    /// <summary>Asterisk has the lines, and WhatsApp can be reached.</summary>
    public Func<CancellationToken, Task<bool>> Trunk { get; set; } = _ => Task.FromResult(false);

    public async Task<ReadyFact> AskAsync(CancellationToken ct) => new(
        Asterisk(), await Trunk(ct), await StoreAnswersAsync(ct), host.ApplicationStopping.IsCancellationRequested);

    private async Task<bool> StoreAnswersAsync(CancellationToken ct)
    {
        try
        {
            await Task.Run(() => store.PingAsync(ct), ct).WaitAsync(StorePatience, time, ct);
            return true;
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }
}

/// <param name="Draining">Ringway is stopping and takes no new calls.</param>
public sealed record ReadyFact(bool Asterisk, bool Trunk, bool Store, bool Draining)
{
    public bool IsReady() => this is { Asterisk: true, Trunk: true, Store: true, Draining: false };
}
