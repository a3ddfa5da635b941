using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ringway.Options;

namespace Ringway.Switchboard;

/// <summary>Deletes callers' messages when they have been kept for as long as the operator wants: at the start, and then every hour.</summary>
public sealed partial class MessageKeeper(string recordings, CallOptions options, TimeProvider time, ILogger<MessageKeeper> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do Tidy();
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Tidy()
    {
        try
        {
            var gone = Voicemail.DeleteOlder(recordings, time.GetUtcNow() - TimeSpan.FromDays(options.KeepMessageDays));
            if (gone > 0) Log.Deleted(log, gone, options.KeepMessageDays);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Log.NotDeleted(log, recordings, fault.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2201, LogLevel.Information, "{Count} messages of callers were deleted: they were older than {Days} days.")]
        public static partial void Deleted(ILogger log, int count, int days);

        [LoggerMessage(2202, LogLevel.Warning, "Old messages of callers in {Folder} could not be deleted ({Why}). Check the folder's owner and rights; it is tried again in an hour.")]
        public static partial void NotDeleted(ILogger log, string folder, string why);
    }
}
