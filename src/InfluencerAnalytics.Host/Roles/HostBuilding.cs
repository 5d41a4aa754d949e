using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.Logging;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>Makes the builder that every hosting command begins with: configuration checked, logging and stopping set up.</summary>
internal static class HostBuilding
{
    /// <summary>
    /// All of stopping has to fit into the 10 s that the program promises: workers drain at the same time, for at most this long,
    /// and what is left is for closing the store and the simulator.
    /// </summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(8);

    /// <summary>Reads and checks the configuration.</summary>
    /// <param name="settings">What the command line says of it.</param>
    /// <param name="warnings">Told what is likely a mistake and harmless.</param>
    /// <param name="role">What the process will run; null for a command that ends.</param>
    /// <exception cref="CommandFailedException">Something in it is wrong; the message lists everything.</exception>
    public static WebApplicationBuilder CreateBuilder(HostSettings settings, TextWriter warnings, HostedRole? role = null)
    {
        var builder = CreateUnchecked(settings);
        var report = OptionsCheck.Run(builder.Configuration, role);
        foreach (var warning in report.Warnings)
            warnings.WriteLine($"warning: {warning}");
        if (report.Errors.Count > 0)
            throw new CommandFailedException(ExitCodes.InvalidInput, OptionsReport.Describe(report.Errors));
        Apply(builder, report);
        return builder;
    }

    /// <summary>Reads the configuration without judging it.</summary>
    public static WebApplicationBuilder CreateUnchecked(HostSettings settings)
    {
        // Content comes with the program, not from where it happens to be started.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        try
        {
            HostConfiguration.AddSources(builder.Configuration, builder.Environment.EnvironmentName, settings.ConfigFile, settings.Overrides);
        }
        catch (Exception exception) when (exception is InvalidDataException or FileNotFoundException)
        {
            var reason = exception.InnerException is { } inner ? $"{exception.Message} {inner.Message}" : exception.Message;
            throw new CommandFailedException(ExitCodes.InvalidInput, reason, exception);
        }
        return builder;
    }

    /// <summary>Logs go to the console as lines.</summary>
    public static void LogToConsole(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(options => options.FormatterName = LineConsoleFormatter.FormatterName);
        builder.Logging.AddConsoleFormatter<LineConsoleFormatter, Microsoft.Extensions.Logging.Console.ConsoleFormatterOptions>();
    }

    /// <summary>Logs go to a file, and the last warnings to the live status.</summary>
    public static void LogToFile(this WebApplicationBuilder builder, string path)
    {
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ILoggerProvider>(provider => new LogFile(path, provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<RecentWarnings>();
        builder.Services.AddSingleton<ILoggerProvider>(provider => provider.GetRequiredService<RecentWarnings>());
    }

    private static void Apply(WebApplicationBuilder builder, OptionsReport report)
    {
        builder.Configuration.AddInMemoryCollection(report.Normalized);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.Configure<HostOptions>(options =>
        {
            options.ShutdownTimeout = ShutdownTimeout;
            options.ServicesStopConcurrently = true;
        });
        // Signals are handled once, for every command, in Program.
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
    }

    /// <summary>Starts and stops when told by the command, and says nothing.</summary>
    private sealed class SilentLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
