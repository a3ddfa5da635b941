using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ringway.Ari;

namespace Ringway.Samples.QueueWithMusic;

public static class Program
{
    public static Task Main(string[] args) => Create(args).RunAsync();

    /// <param name="args"><c>--address http://127.0.0.1:8088/ari/ --user ringway --password … --agents PJSIP/ada,PJSIP/bob</c></param>
    public static IHost Create(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddAri("queue", new AriConnection
        {
            Address = new(builder.Configuration["address"] ?? "http://127.0.0.1:8088/ari/"),
            User = builder.Configuration["user"] ?? "ringway",
            Password = builder.Configuration["password"] ?? throw new InvalidOperationException("Give --password, that of ari.conf."),
        });
        builder.Services.AddSingleton(new Agents((builder.Configuration["agents"] ?? "PJSIP/ada").Split(',')));
        builder.Services.AddHostedService<WaitingRoom>();
        return builder.Build();
    }
}
