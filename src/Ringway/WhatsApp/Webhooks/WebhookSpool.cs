using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Ringway.WhatsApp.Webhooks;

/// <summary>
/// Webhooks that were answered and are not worked off yet: one file, each body flushed to the disk before <see cref="AppendAsync"/>
/// returns. The file is emptied when everything is done, so what a killed process leaves behind is read again; doubles do no harm.
/// </summary>
/// <remarks>
/// A record is its length (4 bytes), when it came (8, microseconds since 1970), a check (8, of SHA-256), and the body. A record cut off
/// by a kill was never answered; Meta delivers it again.
/// </remarks>
public sealed class WebhookSpool : IDisposable
{
    private const int HeadBytes = 20;

    /// <summary>No body can be larger; a length above it is damage.</summary>
    public const int LargestBodyBytes = 1024 * 1024;

    private readonly SemaphoreSlim _writing = new(1);
    private readonly SemaphoreSlim _something = new(0);
    private readonly Lock _gate = new();
    private readonly Queue<(long Offset, int Length, DateTimeOffset Arrived)> _waiting = new();
    private readonly SafeFileHandle _file;
    private readonly string _folder;
    private long _end;

    public WebhookSpool(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var path = Path.Combine(folder, "spool");
        var isNew = !File.Exists(path);
        using (File.Open(path, new FileStreamOptions
               {
                   Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
               }))
        {
        }

        _file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        Damage = isNew ? 0 : ReadBack();
        if (_waiting.Count > 0) _something.Release();
    }

    /// <summary>Bytes at the end that were no whole record when the file was opened; they are kept in <c>damaged</c> beside it.</summary>
    public long Damage { get; }

    /// <summary>Bodies that wait.</summary>
    public int Waiting
    {
        get { lock (_gate) return _waiting.Count; }
    }

    /// <summary>When the first of those that wait came.</summary>
    public DateTimeOffset? OldestAt
    {
        get { lock (_gate) return _waiting.TryPeek(out var first) ? first.Arrived : null; }
    }

    /// <summary>Returns when the body is on the disk.</summary>
    /// <exception cref="IOException">It is not, and must not be answered as if it were.</exception>
    public async Task AppendAsync(ReadOnlyMemory<byte> body, DateTimeOffset arrived)
    {
        var record = new byte[HeadBytes + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(record, body.Length);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(4), (arrived - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        body.CopyTo(record.AsMemory(HeadBytes));
        Check(record).CopyTo(record, 12);

        // Not to be given up halfway: whoever asked may be gone, the record must still be whole.
        await _writing.WaitAsync();
        try
        {
            await WriteAsync(record);
            lock (_gate)
            {
                _waiting.Enqueue((_end, body.Length, arrived));
                _end += record.Length;
            }
        }
        finally
        {
            _writing.Release();
        }

        if (_something.CurrentCount == 0) _something.Release();
    }

    /// <summary>Waits until something waits, or at most that long.</summary>
    public Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken ct) =>
        Waiting > 0 ? Task.CompletedTask : WaitForOneAsync(atMost, time, ct);

    /// <summary>The first of those that wait, which stay.</summary>
    public IReadOnlyList<SpooledWebhook> Peek(int most)
    {
        List<(long Offset, int Length, DateTimeOffset Arrived)> first;
        lock (_gate) first = [.. _waiting.Take(most)];
        return [.. first.Select(one =>
        {
            var body = new byte[one.Length];
            ReadAll(body, one.Offset + HeadBytes);
            return new SpooledWebhook(body, one.Arrived);
        })];
    }

    /// <summary>So many of the first are worked off for good.</summary>
    public async Task DoneAsync(int count)
    {
        await _writing.WaitAsync();
        try
        {
            lock (_gate)
            {
                for (var i = 0; i < count; i++) _waiting.Dequeue();
                if (_waiting.Count > 0) return;
                _end = 0;
            }

            RandomAccess.SetLength(_file, 0);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Keeps what cannot be worked off in a file of that name, for somebody to look at.</summary>
    public void PutAside(string name, ReadOnlySpan<byte> what)
    {
        using var aside = File.Open(Path.Combine(_folder, name), new FileStreamOptions
        {
            Mode = FileMode.Append, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        aside.Write(what);
        aside.Write("\n"u8);
    }

    public void Dispose()
    {
        _file.Dispose();
        _writing.Dispose();
        _something.Dispose();
    }

    private async Task WriteAsync(byte[] record)
    {
        try
        {
            await RandomAccess.WriteAsync(_file, record, _end);
            RandomAccess.FlushToDisk(_file);
        }
        catch (IOException)
        {
            RandomAccess.SetLength(_file, _end); // half a record would hide those after it
            throw;
        }
    }

    private async Task WaitForOneAsync(TimeSpan atMost, TimeProvider time, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            await _something.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Nothing came.
        }
    }

    /// <summary>Takes up the whole records; the rest is put aside.</summary>
    private long ReadBack()
    {
        var length = RandomAccess.GetLength(_file);
        var head = new byte[HeadBytes];
        while (_end + HeadBytes <= length)
        {
            ReadAll(head, _end);
            var size = BinaryPrimitives.ReadInt32LittleEndian(head);
            if (size is < 0 or > LargestBodyBytes || _end + HeadBytes + size > length) break;
            var record = new byte[HeadBytes + size];
            ReadAll(record, _end);
            if (!Check(record).AsSpan().SequenceEqual(record.AsSpan(12, 8))) break;
            var arrived = DateTimeOffset.UnixEpoch.AddTicks(BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(4)) * TimeSpan.TicksPerMicrosecond);
            _waiting.Enqueue((_end, size, arrived));
            _end += record.Length;
        }

        if (length > _end)
        {
            var rest = new byte[length - _end];
            ReadAll(rest, _end);
            PutAside("damaged", rest);
            RandomAccess.SetLength(_file, _end);
        }

        return length - _end;
    }

    private void ReadAll(byte[] into, long offset)
    {
        for (var got = 0; got < into.Length;)
        {
            var read = RandomAccess.Read(_file, into.AsSpan(got), offset + got);
            if (read == 0) throw new EndOfStreamException("The webhook spool is shorter than it was; somebody else has changed it.");
            got += read;
        }
    }

    /// <summary>Over time and body.</summary>
    private static byte[] Check(ReadOnlySpan<byte> record)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(record[..12]);
        hash.AppendData(record[HeadBytes..]);
        return hash.GetHashAndReset()[..8];
    }
}

/// <summary>A body that was answered.</summary>
public sealed record SpooledWebhook(byte[] Body, DateTimeOffset Arrived);
