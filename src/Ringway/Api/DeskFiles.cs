using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace Ringway.Api;

/// <summary>The agents' page: built files from a folder. Names with a hash stay in the browser, the rest is asked for anew.</summary>
internal static class DeskFiles
{
    public static void UseDesk(this WebApplication app, string folder)
    {
        if (!File.Exists(Path.Combine(folder, "index.html")))
        {
            app.MapGet("/", () => TypedResults.Text(
                $"The agents' page is not built: {folder} has no index.html. `./ringway up` builds it.", statusCode: 503))
                .ExcludeFromDescription();
            return;
        }

        var files = new PhysicalFileProvider(Path.GetFullPath(folder));
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            OnPrepareResponse = sent => sent.Context.Response.Headers.CacheControl = CacheFor(sent),
        });
    }

    /// <summary>The build puts the content's hash into the names under <c>assets/</c>.</summary>
    private static string CacheFor(StaticFileResponseContext sent) =>
        sent.Context.Request.Path.StartsWithSegments("/assets") ? "public, max-age=31536000, immutable" : "no-cache";
}
