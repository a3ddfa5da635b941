using System.IO.Pipelines;
using System.Text;
using Ringway.Simulator.Sip;

namespace Ringway.Simulator.Tests.Sip;

public sealed class StreamFraming
{
    private const string First = "OPTIONS sip:a@b SIP/2.0\r\nCall-ID: 1\r\nl: 4\r\n\r\nabcd";
    private const string Second = "SIP/2.0 200 OK\r\nCall-ID: 2\r\nContent-Length: 0\r\n\r\n";

    [Theory]
    [InlineData(1), InlineData(3), InlineData(7), InlineData(1000)]
    public async Task Messages_are_cut_right_however_the_network_cuts_the_bytes(int piece)
    {
        var pings = 0;
        var (stream, pipe) = Pair();
        var reader = new SipStreamReader(stream) { Pinged = () => { pings++; return default; } };
        var writing = WriteAsync(pipe, "\r\n\r\n" + First + "\r\n\r\n" + Second + First, piece);

        Assert.Equal("abcd", (await reader.ReadAsync(default))!.BodyText);
        Assert.Equal("SIP/2.0 200 OK", (await reader.ReadAsync(default))!.FirstLine);
        Assert.Equal("1", (await reader.ReadAsync(default))!.CallId);
        Assert.Null(await reader.ReadAsync(default));
        Assert.Equal(2, pings);
        await writing;
    }

    [Fact]
    public async Task A_ping_between_messages_is_answered_at_once()
    {
        var ponged = new TaskCompletionSource();
        var (stream, pipe) = Pair();
        var reader = new SipStreamReader(stream) { Pinged = () => { ponged.TrySetResult(); return default; } };
        var reading = reader.ReadAsync(default).AsTask();
        await pipe.WriteAsync("\r\n\r\n"u8.ToArray());
        await ponged.Task.WaitAsync(TimeSpan.FromSeconds(5));
        await pipe.CompleteAsync();
        Assert.Null(await reading);
    }

    [Theory]
    [InlineData("OPTIONS sip:a@b SIP/2.0\r\nCall-ID: 1\r\n\r\n", "no Content-Length on a stream")]
    [InlineData("OPTIONS sip:a@b SIP/2.0\r\nl: 10\r\n\r\nabc", "an end inside the body")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "another protocol")]
    public async Task What_cannot_be_cut_ends_the_stream(string bytes, string why)
    {
        var (stream, pipe) = Pair();
        await WriteAsync(pipe, bytes, 100);
        Assert.True(await Record.ExceptionAsync(async () => await new SipStreamReader(stream).ReadAsync(default)) is SipParseException, why);
    }

    [Fact]
    public async Task Endless_headers_are_refused_without_reading_them_all()
    {
        var (stream, pipe) = Pair();
        _ = WriteAsync(pipe, "OPTIONS sip:a@b SIP/2.0\r\n" + string.Concat(Enumerable.Repeat("X: " + new string('y', 90) + "\r\n", 2000)), 10_000);
        await Assert.ThrowsAsync<SipParseException>(async () => await new SipStreamReader(stream).ReadAsync(default));
    }

    private static (Stream, PipeWriter) Pair()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        return (pipe.Reader.AsStream(), pipe.Writer);
    }

    private static async Task WriteAsync(PipeWriter pipe, string text, int piece)
    {
        foreach (var part in Encoding.UTF8.GetBytes(text).Chunk(piece)) await pipe.WriteAsync(part);
        await pipe.CompleteAsync();
    }
}
