namespace Ringway.EndToEnd.Harness;

/// <summary>
/// A block of ports for one product, so that several run beside each other. Below the range that the kernel hands to
/// outgoing connections (32768 on Linux), or a port could be taken between our look and the product's bind.
/// </summary>
public sealed class Ports
{
    private const int First = 23000;
    private const int Last = 32000;
    private const int BlockSize = 400;

    private readonly int _base;

    private Ports(int @base) => _base = @base;

    public int Web => _base;

    public int TrunkTls => _base + 2;

    public int Simulator => _base + 4;

    /// <summary>What `ringway up --set` is told.</summary>
    public IEnumerable<string> Settings =>
    [
        $"listen=127.0.0.1:{Web}",
        $"asterisk.httpPort={_base + 1}",
        $"trunk.port={TrunkTls}",
        $"asterisk.rtpStart={_base + 20}",
        $"asterisk.rtpEnd={_base + 119}",
        $"simulator.port={Simulator}",
        $"simulator.sipPort={_base + 5}",
        $"simulator.innerPort={_base + 6}",
        $"simulator.handsetsSipPort={_base + 7}",
        $"simulator.handsetsHttpPort={_base + 8}",
        $"simulator.rtpStart={_base + 120}",
        $"simulator.rtpEnd={_base + 219}",
        $"simulator.relayStart={_base + 220}",
        $"simulator.relayEnd={_base + 319}",
    ];

    public IEnumerable<int> Tcp => Enumerable.Range(_base, 10);

    public static Ports Take()
    {
        for (var attempt = 0; attempt < 50; attempt++)
        {
            var ports = new Ports(First + (BlockSize * Random.Shared.Next((Last - First) / BlockSize)));
            if (ports.Tcp.All(IsFree))
                return ports;
        }

        throw new InvalidOperationException($"No free block of ports between {First} and {Last}.");
    }

    public static bool IsFree(int port) => Testing.FreePort.IsFree(port);
}
