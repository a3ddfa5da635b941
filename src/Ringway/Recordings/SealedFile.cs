using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Ringway.Recordings;

/// <summary>
/// A file that only who has the key can read: a head of eight letters and sixteen random bytes, then pieces of 64 KiB, each encrypted with
/// AES-256-GCM under a key of this file's own (HKDF of the key and the random bytes, RFC 5869). A piece's nonce is its number; the last one
/// says that it is the last, so neither a piece nor the end can be cut off or moved without being noticed.
/// </summary>
public static class SealedFile
{
    private const int Piece = 64 * 1024, Tag = 16, Salt = 16, Head = 8 + Salt;

    private static ReadOnlySpan<byte> Letters => "RINGWAY1"u8;

    /// <summary>Encrypts what is written; the file is whole only after it was closed.</summary>
    public static Stream Write(Stream to, byte[] key)
    {
        var salt = RandomNumberGenerator.GetBytes(Salt);
        to.Write(Letters);
        to.Write(salt);
        return new Writer(to, Cipher(key, salt));
    }

    /// <summary>Reads from any place; a piece is decrypted when it is reached.</summary>
    /// <exception cref="InvalidDataException">It is no such file, was cut off, or is another key's.</exception>
    public static Stream Read(Stream from, byte[] key)
    {
        Span<byte> head = stackalloc byte[Head];
        if (from.ReadAtLeast(head, Head, throwOnEndOfStream: false) < Head || !head[..8].SequenceEqual(Letters))
            throw new InvalidDataException("The recording is damaged: it does not begin as one of ours.");
        return new Reader(from, Cipher(key, head[8..].ToArray()));
    }

    private static AesGcm Cipher(byte[] key, byte[] salt) => new(HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, salt, "ringway: a recording"u8.ToArray()), Tag);

    private static void Number(Span<byte> nonce, long piece) => BinaryPrimitives.WriteInt64BigEndian(nonce[4..], piece);

    private static byte[] Said(bool isLast) => [isLast ? (byte)1 : (byte)0];

    private sealed class Writer(Stream to, AesGcm cipher) : Stream
    {
        private readonly byte[] _plain = new byte[Piece], _sealed = new byte[Piece + Tag];
        private int _filled;
        private long _piece;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (!buffer.IsEmpty)
            {
                if (_filled == Piece) Seal(isLast: false);
                var some = Math.Min(buffer.Length, Piece - _filled);
                buffer[..some].CopyTo(_plain.AsSpan(_filled));
                _filled += some;
                buffer = buffer[some..];
            }
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                Seal(isLast: true);
                cipher.Dispose();
            }

            base.Dispose(disposing);
        }

        private void Seal(bool isLast)
        {
            Span<byte> nonce = stackalloc byte[12];
            Number(nonce, _piece++);
            cipher.Encrypt(nonce, _plain.AsSpan(0, _filled), _sealed.AsSpan(0, _filled), _sealed.AsSpan(_filled, Tag), Said(isLast));
            to.Write(_sealed, 0, _filled + Tag);
            _filled = 0;
        }
    }

    private sealed class Reader : Stream
    {
        private readonly Stream _from;
        private readonly AesGcm _cipher;
        private readonly byte[] _plain = new byte[Piece], _sealed = new byte[Piece + Tag];
        private readonly long _pieces;
        private long _held = -1;
        private int _holds;

        public Reader(Stream from, AesGcm cipher)
        {
            (_from, _cipher) = (from, cipher);
            var body = from.Length - Head;
            _pieces = (body + Piece + Tag - 1) / (Piece + Tag);
            Length = Math.Max(0, body - _pieces * Tag);
            // A file that was cut off is found out before anybody hears its beginning.
            Hold(_pieces - 1);
        }

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length { get; }

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (Position >= Length || buffer.IsEmpty) return 0;
            Hold(Position / Piece);
            var at = (int)(Position % Piece);
            var some = Math.Min(buffer.Length, _holds - at);
            _plain.AsSpan(at, some).CopyTo(buffer);
            Position += some;
            return some;
        }

        public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => Position,
            _ => Length,
        };

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _cipher.Dispose();
                _from.Dispose();
            }

            base.Dispose(disposing);
        }

        private void Hold(long piece)
        {
            if (_held == piece) return;
            _from.Position = Head + Math.Max(0, piece) * (Piece + Tag);
            var read = _from.ReadAtLeast(_sealed, _sealed.Length, throwOnEndOfStream: false);
            Span<byte> nonce = stackalloc byte[12];
            Number(nonce, piece);
            try
            {
                _holds = read - Tag;
                _cipher.Decrypt(nonce, _sealed.AsSpan(0, _holds), _sealed.AsSpan(_holds, Tag), _plain.AsSpan(0, _holds), Said(piece == _pieces - 1));
                _held = piece;
            }
            catch (Exception fault) when (fault is CryptographicException or ArgumentOutOfRangeException)
            {
                throw new InvalidDataException("The recording cannot be read: it is damaged, or was encrypted with another key.", fault);
            }
        }
    }
}
