using Microsoft.Extensions.Hosting;

namespace Ringway.Agents;

/// <summary>Ends sign-ins whose time is over, so that their phones stop working even if nobody asks.</summary>
public sealed class SignInClock(SignIns signIns, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) signIns.DropExpired();
    }
}
