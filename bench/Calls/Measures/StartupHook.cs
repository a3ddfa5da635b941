using System.Net.Sockets;
using System.Text;

/// <summary>
/// Runs inside a .NET application that is measured (DOTNET_STARTUP_HOOKS) and tells, to whoever connects, how many bytes its heap
/// holds after a full collection. Seen from outside, what is held and what merely waits to be collected look the same.
/// </summary>
#pragma warning disable CA1050 // The runtime looks for this very name outside of any namespace (.NET: host startup hook).
internal static class StartupHook
#pragma warning restore CA1050
{
    public const string Variable = "RINGWAY_BENCH_HEAP";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } path || File.Exists(path)) return;
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        new Thread(() => Serve(listener)) { IsBackground = true, Name = "bench heap" }.Start();
    }

    private static void Serve(Socket listener)
    {
        while (true)
        {
            using var asker = listener.Accept();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            asker.Send(Encoding.ASCII.GetBytes(FormattableString.Invariant($"{GC.GetTotalMemory(forceFullCollection: true)}")));
        }
    }
}
