using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ringway.Ari;

namespace Ringway.Samples.AnswerAndPlay;

public static class Program
{
    public static Task Main(string[] args) => Create(args).RunAsync();

    /// <param name="args"><c>--address http://127.0.0.1:8088/ari/ --user ringway --password … --media sound:hello-world</c></param>
    public static IHost Create(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddAri("greeter", new AriConnection
        {
            Address = new(builder.Configuration["address"] ?? "http://127.0.0.1:8088/ari/"),
            User = builder.Configuration["user"] ?? "ringway",
            Password = builder.Configuration["password"] ?? throw new InvalidOperationException("Give --password, that of ari.conf."),
        });
        builder.Services.AddSingleton(new Greeting(builder.Configuration["media"] ?? "sound:hello-world"));
        builder.Services.AddHostedService<Greeter>();
        return builder.Build();
    }
}
