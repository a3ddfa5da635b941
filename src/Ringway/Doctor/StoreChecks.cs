using System.Data.Common;
using System.Globalization;
using Ringway.Store;

namespace Ringway.Doctor;

/// <param name="What">Which database, without its password.</param>
/// <param name="MissingFile">The SQLite file that is not there.</param>
public sealed record StoreFacts(string What, bool RingwayRuns, string? MissingFile, string? Fault, double Milliseconds);

/// <summary>Whether finished calls and sign-ins can be kept.</summary>
public static class StoreCheck
{
    /// <summary>Every sign-in and every ended call is a write; a store this slow is on its way to stand still.</summary>
    private const double SlowMilliseconds = 500;

    public static async Task<StoreFacts> GatherAsync(Premises premises, CancellationToken ct)
    {
        var url = premises.Options.Store.Url.Reveal();
        var file = !url.StartsWith("sqlite", StringComparison.Ordinal) ? null : url.Length > 7 ? url[7..] : premises.Database;
        var what = file ?? "PostgreSQL";
        if (file is not null && !File.Exists(file)) // Asking would make it.
            return new StoreFacts(what, premises.RingwayPid is not null, file, null, 0);
        try
        {
            await using var store = StoreAddress.Open(url, premises.Database, premises.Options.Node);
            await store.PingAsync(ct); // The first question pays for opening it, and for this program's own start.
            var began = premises.Time.GetTimestamp();
            await store.HistoryAsync(1, ct: ct);
            return new StoreFacts(what, premises.RingwayPid is not null, null, null, premises.Time.GetElapsedTime(began).TotalMilliseconds);
        }
        catch (Exception fault) when (fault is DbException or InvalidOperationException or TimeoutException or IOException)
        {
            return new StoreFacts(what, premises.RingwayPid is not null, null, fault.Message, 0);
        }
    }

    public static Finding Judge(StoreFacts facts) => facts switch
    {
        { MissingFile: { } file, RingwayRuns: true } => Finding.Fail($"Ringway runs, and its store {file} is gone.", Who.You, "Put the file back from the backup and restart ringway: since it went, nothing is kept."),
        { MissingFile: { } file } => Finding.Unknown($"{file} is not there yet; the first `ringway up` makes it.", Who.You, "Start `ringway up` and run the doctor again."),
        { Fault: { } fault } => Finding.Fail($"{facts.What} does not work: {fault.TrimEnd('.')}.", Who.You, "Check store.url, and that the database runs and is ours. Calls go on meanwhile; records wait in memory."),
        { Milliseconds: > SlowMilliseconds } => Finding.Warn(string.Create(CultureInfo.InvariantCulture, $"{facts.What} took {facts.Milliseconds:0} ms for one line."), Who.You, "Look at the database's load and disk."),
        _ => Finding.Pass(string.Create(CultureInfo.InvariantCulture, $"{facts.What} answers in {facts.Milliseconds:0} ms.")),
    };
}

public sealed record DiskFacts(string Folder, long FreeBytes);

/// <summary>Room for records, recordings and logs.</summary>
public static class DiskCheck
{
    private const long Megabyte = 1024 * 1024;

    /// <summary>ringway.log alone may take 100 MB; below that the next restart may not come up.</summary>
    private const long Little = 1024 * Megabyte, TooLittle = 200 * Megabyte;

    public static Task<DiskFacts> GatherAsync(Premises premises, CancellationToken ct) =>
        Task.FromResult(new DiskFacts(premises.Data, new DriveInfo(premises.Data).AvailableFreeSpace));

    public static Finding Judge(DiskFacts facts)
    {
        var seen = $"{facts.FreeBytes / Megabyte} MB are free for {facts.Folder}.";
        return facts.FreeBytes switch
        {
            < TooLittle => Finding.Fail(seen, Who.You, "Free some space at once: a full disk loses records and recordings."),
            < Little => Finding.Warn(seen, Who.You, "Free some space, or move the data folder to a larger disk."),
            _ => Finding.Pass(seen),
        };
    }
}
