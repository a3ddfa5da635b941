using System.Buffers;
using System.IO.Pipelines;

namespace Ringway.Simulator.Sip;

/// <summary>Cuts a TCP or TLS stream into messages by Content-Length (RFC 3261 section 18.3).</summary>
public sealed class SipStreamReader(Stream stream)
{
    private readonly PipeReader _reader = PipeReader.Create(stream, new(leaveOpen: true));

    /// <summary>Called for each double CRLF between messages; the answer to it is one CRLF (RFC 5626 section 3.5.1).</summary>
    public Func<ValueTask>? Pinged { get; init; }

    /// <summary>The next message, or null when the peer closed between two messages.</summary>
    /// <exception cref="SipParseException">What came is no SIP; the stream cannot be read any further.</exception>
    public async ValueTask<SipMessage?> ReadAsync(CancellationToken ct)
    {
        while (true)
        {
            var result = await _reader.ReadAsync(ct);
            var buffer = result.Buffer;
            var pings = SkipLineEnds(ref buffer);
            var message = TryCut(ref buffer);
            if (message is not null) _reader.AdvanceTo(buffer.Start);
            else _reader.AdvanceTo(buffer.Start, buffer.End);

            if (Pinged is not null)
                for (; pings > 0; pings--) await Pinged();
            if (message is not null) return message;
            if (!result.IsCompleted) continue;
            return buffer.IsEmpty ? null : throw new SipParseException("the stream ended inside a message");
        }
    }

    /// <summary>Skips keep-alives and gives how many double line ends were among them. A single CRLF that may be the
    /// first half of a ping is left standing.</summary>
    private static int SkipLineEnds(ref ReadOnlySequence<byte> buffer)
    {
        var pings = 0;
        var reader = new SequenceReader<byte>(buffer);
        while (true)
        {
            if (reader.IsNext("\r\n\r\n"u8, advancePast: true)) pings++;
            else if (reader.Remaining > 2 && !reader.IsNext("\r\n\r"u8) && reader.IsNext("\r\n"u8, advancePast: true)) continue;
            else break;
        }
        buffer = buffer.Slice(reader.Position);
        return pings;
    }

    private static SipMessage? TryCut(ref ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> head, "\r\n\r\n"u8))
            return buffer.Length <= SipParser.MaxHeadBytes
                ? null
                : throw new SipParseException($"no end of the headers within {SipParser.MaxHeadBytes} bytes");

        // Parsed again when the rest of the body arrives; messages come whole nearly always.
        var message = SipParser.ParseHead(head.ToArray());
        var length = SipParser.ContentLength(message) ?? throw new SipParseException("no Content-Length on a stream");
        if (reader.Remaining < length) return null;
        message.Body = reader.UnreadSequence.Slice(0, length).ToArray();
        buffer = buffer.Slice(buffer.GetPosition(length, reader.Position));
        return message;
    }
}
