using InfluencerAnalytics.Host.Commands;
using InfluencerAnalytics.Host.Processes;

using var signals = new Signals(ignoreInterrupt: args.Contains("--exit-with-parent"));
return await CommandLine.RunAsync(args, Console.Out, Console.Error, signals.Stop);
