using System.IO.Pipelines;
using System.Net.WebSockets;

namespace Ringway.Tests.Switchboard;

/// <summary>Two ends of one WebSocket, without a network.</summary>
internal static class SocketPair
{
    public static (WebSocket Ours, WebSocket Theirs) Create()
    {
        var (there, back) = (new Pipe(), new Pipe());
        return (End(back.Reader, there.Writer, isServer: true), End(there.Reader, back.Writer, isServer: false));
    }

    private static WebSocket End(PipeReader from, PipeWriter to, bool isServer) =>
        WebSocket.CreateFromStream(new Duplex(from, to), new WebSocketCreationOptions { IsServer = isServer });

    private sealed class Duplex(PipeReader reader, PipeWriter writer) : Stream
    {
        private readonly Stream from = reader.AsStream();
        private readonly Stream to = writer.AsStream();

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() => to.Flush();
        public override Task FlushAsync(CancellationToken ct) => to.FlushAsync(ct);
        public override int Read(byte[] buffer, int offset, int count) => from.Read(buffer, offset, count);
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct = default) => from.ReadAsync(buffer, ct);
        public override void Write(byte[] buffer, int offset, int count) => to.Write(buffer, offset, count);
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken ct = default)
        {
            await to.WriteAsync(buffer, ct);
            await to.FlushAsync(ct);
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            // A socket that is cut wakes whoever reads from it; a pipe must be told to.
            reader.CancelPendingRead();
            from.Dispose();
            to.Dispose();
            base.Dispose(disposing);
        }
    }
}
