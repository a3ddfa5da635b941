using System.Net;
using System.Net.Sockets;

namespace Ringway.Doctor;

/// <summary>Whether somebody takes TCP connections at a place.</summary>
public static class Knock
{
    /// <summary>A machine in the same building answers in a millisecond, one across the world in 300.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <returns>Null when somebody does, else why not.</returns>
    public static async Task<string?> AtAsync(IPEndPoint place, TimeProvider time, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            using var socket = new TcpClient(place.AddressFamily);
            await socket.ConnectAsync(place, either.Token);
            return null;
        }
        catch (SocketException fault)
        {
            return fault.SocketErrorCode == SocketError.ConnectionRefused ? "nobody listens there" : fault.Message;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return $"no answer within {Patience.TotalSeconds:0} s";
        }
    }
}
