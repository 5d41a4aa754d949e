namespace Mockstagram.Simulator.Walks;

/// <summary>Gives the numbers of the accounts that the simulator knows. Safe for concurrent use.</summary>
internal interface IAccountWalk
{
    /// <summary>The numbers to serve now. A walk that moves by the call takes its step here.</summary>
    AccountNumbers Next(long pk);

    /// <summary>The last numbers, without a step.</summary>
    AccountNumbers Current(long pk);
}
