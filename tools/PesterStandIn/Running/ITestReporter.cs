using System.Management.Automation;
using HaWeb.Tools.PesterStandIn.Model;

namespace HaWeb.Tools.PesterStandIn.Running;

/// <summary>Is told what happens while tests run.</summary>
internal interface ITestReporter
{
    void FileStarts(string file);

    void BlockStarts(string name, int depth);

    void TestEnds(string name, int depth, PesterTestResult result);

    void Failed(string what, int depth, ErrorRecord error);
}
