using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Mockstagram.Simulator;

var command = SimulatorCommand.Create("mockstagram-simulator");
command.Options.Add(new HelpOption());
var result = command.Parse(args);
// The mistake alone; the whole help would push it out of sight.
if (result.Action is ParseErrorAction mistake)
    mistake.ShowHelp = false;
return await result.InvokeAsync();
